import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatIp,
  formatPeer,
  packAddresses,
} from '../../../../src-main/engine/capture/format/ip-address';

test.each([
  ['192.168.1.20', '10.0.0.1', ['192.168.1.20', '10.0.0.1']],
  ['::ffff:192.168.1.20', '::ffff:10.0.0.1', ['192.168.1.20', '10.0.0.1']],
  ['::', '::ffff:10.0.0.1', ['0.0.0.0', '10.0.0.1']],
  ['::', '10.0.0.1', ['0.0.0.0', '10.0.0.1']],
  ['0.0.0.0', 'plc.example', ['0.0.0.0', '0.0.0.0']],
  ['fe80::1%eth0', 'fe80::2%eth0', ['fe80::1', 'fe80::2']],
  ['::1', 'plc.example', ['::1', '::']],
  ['0.0.0.0', '2001:db8::1', ['::', '2001:db8::1']],
  ['::1', '10.0.0.1', ['::1', '::ffff:a00:1']],
])('%s and %s', (local, remote, expected) => {
  expect(packAddresses(local, remote).map(formatIp)).toEqual(expected);
});

test('IPv6 is written as Node writes it', () => {
  const group = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: 0xffff }),
  );
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      // Node writes the last two groups of these dotted.
      fc.pre(groups.slice(0, 5).some((one) => one !== 0));
      const long = groups.map((one) => one.toString(16)).join(':');
      const [, remote] = packAddresses('::1', long);
      expect(formatIp(remote)).toBe(new SocketAddress({ address: long, family: 'ipv6' }).address);
    }),
  );
});

test('a peer is host:port', () => {
  expect(formatPeer('1.2.3.4', 5)).toBe('1.2.3.4:5');
  expect(formatPeer('::1', 5)).toBe('[::1]:5');
});
