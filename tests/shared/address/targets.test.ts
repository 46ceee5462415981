import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src-shared/address/address';
import { MAX_TARGETS, parseTargets } from '../../../src-shared/address/targets';

function expanded(text: string): string[] {
  const parsed = parseTargets(text);
  return parsed.ok ? parsed.targets.map(formatAddress) : [parsed.error.message];
}

function wrong(text: string) {
  const parsed = parseTargets(text);
  return parsed.ok ? null : parsed.error;
}

describe('what to probe', () => {
  test.each<[string, string[]]>([
    ['tcp:h:80', ['tcp:h:80']],
    ['tcp:h:22,80,443', ['tcp:h:22', 'tcp:h:80', 'tcp:h:443']],
    ['h:1-3', ['tcp:h:1', 'tcp:h:2', 'tcp:h:3']],
    ['tcp:h:7-7', ['tcp:h:7']],
    ['tcp://[fe80::1%eth0]:1-2/', ['tcp:[fe80::1%eth0]:1', 'tcp:[fe80::1%eth0]:2']],
    [
      'tls6:h:1,3-4,verify=off,connect-timeout=1s',
      [1, 3, 4].map((port) => `tls6:h:${port},connect-timeout=1s,verify=off`),
    ],
    ['tcp:a:1\n  tcp:b:2,3\ttls:c:4', ['tcp:a:1', 'tcp:b:2', 'tcp:b:3', 'tls:c:4']],
    ['tcp:a:1, 2, 5-6 b:3', ['tcp:a:1', 'tcp:a:2', 'tcp:a:5', 'tcp:a:6', 'tcp:b:3']],
    ['tcp:192.168.1.9-10:80', ['tcp:192.168.1.9:80', 'tcp:192.168.1.10:80']],
    [
      '10.0.0.255-10.0.1.0:1,3',
      [1, 3, 1, 3].map((port, n) => `tcp:10.0.${n >> 1}.${n < 2 ? 255 : 0}:${port}`),
    ],
    [
      'tls://192.168.1.77/30:443/,verify=off',
      [77, 78].map((n) => `tls:192.168.1.${n}:443,verify=off`),
    ],
    ['tcp4:192.168.1.7/31:80', ['tcp4:192.168.1.6:80', 'tcp4:192.168.1.7:80']],
    ['tcp:255.255.255.255/32:80', ['tcp:255.255.255.255:80']],
    ['tcp:192.168.1.5-printer:80', ['tcp:192.168.1.5-printer:80']],
    ['unix:/tmp/a b.sock', ['unix:/tmp/a b.sock']],
    ['unix:"/tmp/a b" tcp:h:1-2', ['unix:/tmp/a b', 'tcp:h:1', 'tcp:h:2']],
  ])('%j', (text, addresses) => {
    expect(expanded(text)).toEqual(addresses);
  });

  test.each<[string, string, number, string]>([
    ['', 'empty', 0, ''],
    ['tcp:h:20-10', 'bad-port-range', 6, '20-10'],
    ['tcp:h:22,80-70', 'bad-port-range', 9, '80-70'],
    ['tcp:h:0-10', 'bad-port', 6, '0'],
    ['tcp:h:1-65536', 'bad-port', 8, '65536'],
    ['tcp:h:22,70000', 'bad-port', 9, '70000'],
    ['tcp:a:1 tcp:h:x', 'bad-port', 14, 'x'],
    ['tcp:a:1-9,nodelai tcp:b:1', 'unknown-option', 10, 'nodelai'],
    ['tcp:a:1 tcp:192.168.1.0/33:1', 'bad-host-range', 12, '192.168.1.0/33'],
    ['tcp:192.168.1.300/24:1', 'bad-host-range', 4, '192.168.1.300/24'],
    ['tcp:192.168.1.3-300:1', 'bad-host-range', 4, '192.168.1.3-300'],
    ['tcp:192.168.1.30-2:1', 'bad-port-range', 4, '192.168.1.30-2'],
    ['tcp:192.168.1.0/24:1,nodelai', 'unknown-option', 21, 'nodelai'],
    ['tcp:10.0.0.0/8:80', 'too-many-targets', 0, '16777214'],
    ['tcp:a:1-65535 tcp:b:1-2', 'too-many-targets', 14, '65537'],
  ])('%j is wrong: %s at %d', (text, code, at, found) => {
    const error = wrong(text);
    expect(error).toMatchObject({ code, at, values: { found } });
    if (text !== '') expect(error?.message).toContain(`(at character ${at + 1})`);
    expect(expanded(error?.values.example ?? '')[0]).toMatch(/^tcp/);
  });

  test('a network is its hosts, each with each port', () => {
    const all = expanded('tcp:192.168.1.0/24:22,80');
    expect([all.length, all[0], all.at(-1)]).toEqual([
      508,
      'tcp:192.168.1.1:22',
      'tcp:192.168.1.254:80',
    ]);
  });

  test('as many as there are ports, and one more address', () => {
    const parsed = parseTargets('tcp:a:1-65535 tcp:b:1');
    expect(parsed.ok && parsed.targets.length).toBe(MAX_TARGETS);
  });
});
