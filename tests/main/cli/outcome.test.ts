import { expect, test } from 'vitest';
import { explain } from '../../../src-main/cli/error-text';
import { exitOf } from '../../../src-main/cli/outcome';
import { secretResolver } from '../../../src-main/engine/secrets';
import { prepareTls } from '../../../src-main/engine/sockets/tls-setup';

test('a file of TLS that is missing is named as it was written, and is no error of the network', async () => {
  const secrets = secretResolver(() => undefined);
  const prepared = await prepareTls('client', 'h', { ca: 'certs/none.pem' }, secrets);
  if (prepared.ok) throw new Error('it was read');
  const { sentence } = explain(prepared.error, { doing: 'connect', subject: 'h:1' });
  expect([sentence, exitOf(prepared.error)]).toEqual(['certs/none.pem cannot be read: ENOENT.', 5]);
});

test.each([
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, 3],
  [{ code: 'ETIMEDOUT', syscall: 'connect' }, 4],
  [{ code: 'ERR_TLS_HANDSHAKE_TIMEOUT', syscall: 'handshake' }, 4],
  [{ code: 'CERT_HAS_EXPIRED', syscall: 'verify' }, 3],
  [{ code: 'ERR_TLS_NO_CERTIFICATE', syscall: 'prepare' }, 5],
])('%j ends with %i', (error, code) => {
  expect(exitOf({ ...error, message: '' })).toBe(code);
});
