import type { CertificateKind } from '../../src-shared/contract/certificate';
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
