import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs openssl and fails with what it says. */
function openssl(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A certificate with its key, as files. */
export interface Certified {
  cert: string;
  key: string;
}

/** Certificates made by openssl, not by the product, in a folder of the test. */
export class CertificateShop {
  readonly folder: string;
  readonly ca: string;
  readonly #caKey: string;

  constructor(folder: string) {
    this.folder = folder;
    this.ca = join(folder, 'ca.pem');
    this.#caKey = join(folder, 'ca.key');
    openssl(...request(this.#caKey, '/CN=Test CA'), '-x509', '-days', '30', '-out', this.ca);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Signed by the authority. `days` below 0: expired. */
  signed(name: string, altNames: string, days = 30, extra = ''): Certified {
    const [cert, key, csr] = [`${name}.pem`, `${name}.key`, `${name}.csr`].map((one) =>
      this.path(one),
    ) as [string, string, string];
    openssl(...request(key, `/CN=${name}`), '-out', csr);
    const extensions = this.path(`${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${altNames}\n${extra}`);
    openssl(
      ...['x509', '-req', '-in', csr, '-CA', this.ca, '-CAkey', this.#caKey, '-CAcreateserial'],
      ...['-days', String(days), '-extfile', extensions, '-out', cert],
    );
    return { cert, key };
  }

  selfSigned(name: string): Certified {
    const made = { cert: this.path(`${name}.pem`), key: this.path(`${name}.key`) };
    openssl(
      ...request(made.key, `/CN=${name}`),
      ...['-x509', '-days', '30', '-addext', 'subjectAltName=DNS:localhost', '-out', made.cert],
    );
    return made;
  }

  encrypted({ key }: Certified, passphrase: string): string {
    const out = `${key}.enc`;
    openssl('pkcs8', '-topk8', '-in', key, '-out', out, '-passout', `pass:${passphrase}`);
    return out;
  }

  pfx({ cert, key }: Certified, passphrase: string): string {
    const out = `${cert}.p12`;
    openssl(
      ...['pkcs12', '-export', '-in', cert, '-inkey', key, '-out', out],
      ...['-passout', `pass:${passphrase}`],
    );
    return out;
  }

  /** The authority's list of revoked certificates, with those in it; a file of its own. */
  revoking(name: string, revoked: readonly Certified[]): string {
    const list = this.path(`${name}.crl`);
    const config = this.path(`${name}.cnf`);
    for (const [file, text] of [
      ['index', ''],
      ['number', '01\n'],
    ] as const)
      writeFileSync(this.path(`${name}.${file}`), text);
    writeFileSync(
      config,
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${this.path(`${name}.index`)}\n` +
        `crlnumber=${this.path(`${name}.number`)}\ndefault_md=sha256\ndefault_crl_days=30\n` +
        `certificate=${this.ca}\nprivate_key=${this.#caKey}\n`,
    );
    for (const { cert } of revoked) openssl('ca', '-config', config, '-revoke', cert);
    openssl('ca', '-config', config, '-gencrl', '-out', list);
    return list;
  }

  /** What the authority says of a certificate, as a server staples it; `list`: of `revoking`. */
  stapled({ cert }: Certified, list: string): string {
    const [request, response] = [`${cert}.ocsp`, `${cert}.ocsp.der`];
    openssl('ocsp', '-issuer', this.ca, '-cert', cert, '-reqout', request, '-no_nonce');
    openssl(
      ...['ocsp', '-index', list.replace(/crl$/, 'index'), '-CA', this.ca, '-ndays', '7'],
      ...['-rsigner', this.ca, '-rkey', this.#caKey, '-reqin', request, '-respout', response],
    );
    return response;
  }

  fingerprint({ cert }: Certified): string {
    const told = openssl('x509', '-in', cert, '-noout', '-fingerprint', '-sha256');
    return told.trim().replace(/^.*=/, '');
  }
}

function request(key: string, subject: string): string[] {
  return [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', key, '-subj', subject],
  ];
}
