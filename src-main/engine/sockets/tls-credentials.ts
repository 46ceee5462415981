import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import { refusal } from '../../../src-shared/refusal/refusal';
import type { SecretResolver } from '../secrets';
import { toSocketError } from './socket-error';
import { TlsProblem } from './tls-problem';

/** A bundle of all public authorities has a quarter of it. */
const MAX_FILE_BYTES = 1024 * 1024;

const PEM_CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

const PEM_CRL = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g;

export type Credentials = Pick<
  SecureContextOptions,
  'ca' | 'crl' | 'cert' | 'key' | 'pfx' | 'passphrase'
>;

/**
 * Reads and checks the files that the options name, so that what is wrong is told by its file and
 * cause: of the runtimes one takes an authority file without a certificate in silence, and each has
 * its own words for the rest. Throws `TlsProblem`.
 */
export async function readCredentials(
  options: AddressOptions,
  secrets: SecretResolver,
): Promise<Credentials> {
  const { ca, crl, cert, key, pfx } = options;
  const passphrase = await secretOf(options.passphrase, secrets);
  const into: Credentials = {};
  if (ca !== undefined) into.ca = certificates(await read(ca), ca).join('\n');
  if (crl !== undefined) into.crl = revocations(await read(crl), crl);
  if (pfx !== undefined) {
    into.pfx = await read(pfx);
    if (passphrase !== undefined) into.passphrase = passphrase;
    checkPfx(into, pfx);
    return into;
  }
  if (cert === undefined && key === undefined) return into;
  await readPair(into, { cert, key, passphrase });
  return into;
}

async function readPair(
  into: Credentials,
  {
    cert,
    key,
    passphrase,
  }: { cert?: string | undefined; key?: string | undefined; passphrase?: string | undefined },
): Promise<void> {
  // Often both are in one file, and then naming it once must do.
  const certPath = cert ?? key ?? '';
  const keyPath = key ?? cert ?? '';
  const certBytes = await read(certPath);
  const keyBytes = keyPath === certPath ? certBytes : await read(keyPath);
  const chain = certificates(certBytes, certPath);
  const privateKey = readKey(keyBytes, keyPath, passphrase);
  if (!new X509Certificate(chain[0] ?? '').checkPrivateKey(privateKey))
    throw new TlsProblem(
      'ERR_TLS_KEY_MISMATCH',
      refusal('key-mismatch', { key: keyPath, path: certPath }),
    );
  into.cert = chain.join('\n');
  into.key = privateKey.export({ type: 'pkcs8', format: 'pem' });
}

/** Of a file in PEM or DER, as PEM. */
function certificates(bytes: Buffer, path: string): string[] {
  const blocks = bytes.toString('latin1').match(PEM_CERTIFICATE) ?? [bytes];
  try {
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch {
    throw new TlsProblem('ERR_TLS_BAD_CERTIFICATE', refusal('no-certificate', { path }));
  }
}

/** Lists of revoked certificates of a file in PEM or DER, each as PEM: Node takes one a text. */
function revocations(bytes: Buffer, path: string): string[] {
  const lists = bytes.toString('latin1').match(PEM_CRL) ?? [
    `-----BEGIN X509 CRL-----\n${bytes.toString('base64')}\n-----END X509 CRL-----`,
  ];
  try {
    createSecureContext({ crl: [...lists] });
  } catch {
    throw new TlsProblem('ERR_TLS_BAD_CRL', refusal('no-crl', { path }));
  }
  return [...lists];
}

function readKey(bytes: Buffer, path: string, passphrase: string | undefined): KeyObject {
  const text = bytes.toString('latin1');
  const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text);
  if (encrypted && passphrase === undefined)
    throw new TlsProblem('ERR_TLS_PASSPHRASE_MISSING', refusal('key-encrypted', { path }));
  try {
    return createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    if (encrypted) throw new TlsProblem('ERR_TLS_PASSPHRASE', refusal('key-passphrase', { path }));
    throw new TlsProblem('ERR_TLS_BAD_KEY', refusal('no-key', { path }));
  }
}

function checkPfx(from: Credentials, path: string): void {
  try {
    createSecureContext(from);
  } catch (thrown) {
    const { code } = toSocketError(thrown);
    if (code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION')
      throw new TlsProblem('ERR_TLS_PFX_UNSUPPORTED', refusal('pfx-old', { path }));
    if (!(from.pfx instanceof Buffer) || !isDerSequence(from.pfx))
      throw new TlsProblem('ERR_TLS_BAD_PFX', refusal('no-pfx', { path }));
    if (from.passphrase === undefined)
      throw new TlsProblem('ERR_TLS_PASSPHRASE_MISSING', refusal('pfx-encrypted', { path }));
    throw new TlsProblem('ERR_TLS_PASSPHRASE', refusal('pfx-passphrase', { path }));
  }
}

/** Whether it is one SEQUENCE from its first byte to its last (X.690 §8.1.3). */
function isDerSequence(bytes: Buffer): boolean {
  const first = bytes[1] ?? 0;
  const sizeBytes = first < 0x80 ? 0 : first & 0x7f;
  if (bytes[0] !== 0x30 || sizeBytes > 4 || bytes.length < 2 + sizeBytes) return false;
  const size = sizeBytes === 0 ? first : bytes.readUIntBE(2, sizeBytes);
  return bytes.length === 2 + sizeBytes + size;
}

/** What a reference stands for. Throws `TlsProblem`. */
export async function secretOf(
  reference: string | undefined,
  secrets: SecretResolver,
): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const found = await secrets(reference);
  if (found.ok) return found.value;
  throw new TlsProblem(found.error.code, found.error);
}

async function read(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new TlsProblem('ERR_TLS_FILE', refusal('tls-no-file', { path }));
      if (found.size > MAX_FILE_BYTES)
        throw new TlsProblem(
          'ERR_TLS_FILE_TOO_LARGE',
          refusal('tls-file-large', { path, bytes: found.size, most: MAX_FILE_BYTES }),
        );
      const buffer = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (thrown instanceof TlsProblem) throw thrown;
    const { code } = toSocketError(thrown);
    throw new TlsProblem('ERR_TLS_FILE', refusal('tls-file-unreadable', { path, why: code, code }));
  }
}
