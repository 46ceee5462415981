import type { CertificateKind } from '../../src-shared/contract/certificate';
import type { StapledStatus } from '../../src-shared/contract/tls';
import { m } from '../i18n/generated/messages';

export function certificateLabel(kind: CertificateKind): string {
  switch (kind) {
    case 'ca':
      return m.cert_ca();
    case 'server':
      return m.cert_server();
    case 'client':
      return m.cert_client();
    case 'expired':
      return m.cert_expired();
    case 'wrong-name':
      return m.cert_wrong();
    default:
      return kind satisfies never;
  }
}

/** What a test certificate is for. */
export function certificateAbout(kind: CertificateKind): string {
  switch (kind) {
    case 'ca':
      return m.cert_ca_about();
    case 'server':
      return m.cert_server_about();
    case 'client':
      return m.cert_client_about();
    case 'expired':
      return m.cert_expired_about();
    case 'wrong-name':
      return m.cert_wrong_about();
    default:
      return kind satisfies never;
  }
}

/** What a server has stapled of its certificate's state; null: it was asked for and none came. */
export function stapledText(stapled: StapledStatus | null): string {
  if (stapled === null) return m.tls_stapled_none();
  const { status, thisUpdate, bytes, problem } = stapled;
  const from = thisUpdate === null ? '—' : new Date(thisUpdate).toISOString().slice(0, 19) + 'Z';
  const check =
    problem === null ? m.tls_stapled_verified() : m.tls_stapled_not({ why: problemText(problem) });
  switch (status) {
    case 'good':
      return m.tls_stapled_good({ from, check });
    case 'revoked':
      return m.tls_stapled_revoked({ from, check });
    case 'unknown':
      return m.tls_stapled_unknown({ from, check });
    case 'unreadable':
      return m.tls_stapled_unreadable({ bytes });
    default:
      return status satisfies never;
  }
}

/** Why a stapled response is not to be believed. */
function problemText(problem: NonNullable<StapledStatus['problem']>): string {
  switch (problem) {
    case 'no-issuer':
      return m.tls_stapled_no_issuer();
    case 'other-certificate':
      return m.tls_stapled_other();
    case 'stranger':
      return m.tls_stapled_stranger();
    case 'signature':
      return m.tls_stapled_signature();
    case 'algorithm':
      return m.tls_stapled_algorithm();
    case 'early':
      return m.tls_stapled_early();
    case 'expired':
      return m.tls_stapled_expired();
    case 'unreadable':
      return m.tls_stapled_no_response();
    default:
      return problem satisfies never;
  }
}
