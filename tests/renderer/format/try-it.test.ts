import { expect, test } from 'vitest';
import { parseAddress } from '../../../src-shared/address/address';
import { dialAddress, tryLine } from '../../../src-renderer/format/try-it';
import { socketInfo } from '../state/fakes';

const local = { host: '::', port: 9000 };
const tls = {
  state: 'secure' as const,
  protocol: null,
  cipher: null,
  alpn: null,
  verified: false,
  trustedBy: null,
  reason: null,
  sessionReused: false,
};

test('a plain, a TLS and a UDP socket are each tried in their own way', () => {
  const plain = socketInfo({ id: 1, local });
  expect(dialAddress(plain)).toBe('tcp:127.0.0.1:9000');
  expect(tryLine(plain, '192.168.1.7')).toBe('ncat 192.168.1.7 9000');
  const secure = socketInfo({ id: 1, local, tls });
  expect(dialAddress(secure)).toBe('tls:127.0.0.1:9000,verify=off');
  expect(tryLine(secure, '192.168.1.7')).toBe('ncat --ssl 192.168.1.7 9000');
  const datagrams = socketInfo({ id: 1, local, kind: 'udp-socket' });
  expect(dialAddress(datagrams)).toBe('udp:127.0.0.1:9000');
  expect(tryLine(datagrams, '192.168.1.7')).toBe('ncat -u 192.168.1.7 9000');
});

test('a local socket is tried by its path, whatever stands in it', () => {
  const at = (address: string, path: string) =>
    socketInfo({ id: 1, kind: 'local-listener', address, path });
  const spaced = at('unix-listen:"/tmp/a b, c.sock"', '/tmp/a b, c.sock');
  expect(tryLine(spaced, undefined)).toBe("ncat -U '/tmp/a b, c.sock'");
  expect(parseAddress(dialAddress(spaced) ?? '')).toMatchObject({
    ok: true,
    address: { kind: 'unix', path: '/tmp/a b, c.sock' },
  });
  const abstract = at('unix-listen:@dev', '@dev');
  expect(tryLine(abstract, undefined)).toBe('socat - ABSTRACT-CONNECT:dev');
  expect(dialAddress(abstract)).toBe('unix:@dev');
  const pipe = at('pipe-listen:device', 'device');
  expect(tryLine(pipe, undefined)).toBeNull();
  expect(dialAddress(pipe)).toBe('pipe:device');
});

test('what is not bound yet is not tried', () => {
  expect(dialAddress(socketInfo({ id: 1 }))).toBeNull();
  expect(tryLine(socketInfo({ id: 1, local }), undefined)).toBeNull();
});
