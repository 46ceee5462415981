import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../src-shared/address/address';
import { KINDS } from '../../../src-shared/address/kinds';
import { meantKind, meantOption } from '../../../src-shared/address/meant';
import { OPTION_TABLE } from '../../../src-shared/address/options';
import type { AddressError } from '../../../src-shared/address/problem';
import { errorOf, read } from './read';

describe('spellings and their canonical form', () => {
  test.each([
    ['tcp:192.168.1.50:502', 'tcp:192.168.1.50:502'],
    ['  tcp:host:1  ', 'tcp:host:1'],
    ['TCP-Connect:Example.COM:80', 'tcp:example.com:80'],
    ['tcp://example.com:80', 'tcp:example.com:80'],
    ['tcp://example.com:80/', 'tcp:example.com:80'],
    ['tcp://[::1]:80/,nodelay', 'tcp:[::1]:80,nodelay'],
    ['tcp4:example.com:80', 'tcp4:example.com:80'],
    ['tcp6-connect:example.com:80', 'tcp6:example.com:80'],
    ['tcp:[FE80::1%Eth0]:9000', 'tcp:[fe80::1%Eth0]:9000'],
    ['tcp:müller.example:80', 'tcp:müller.example:80'],
    ['tcp:example.com.:80', 'tcp:example.com.:80'],
    ['tcp:my_device-2:80', 'tcp:my_device-2:80'],
    ['tcp:host:0080', 'tcp:host:80'],
    ['192.168.1.50:502', 'tcp:192.168.1.50:502'],
    ['localhost:9000', 'tcp:localhost:9000'],
    ['[::1]:9000', 'tcp:[::1]:9000'],
    ['localhost:9000,nodelay', 'tcp:localhost:9000,nodelay'],
    ['9000', 'tcp-listen:9000'],
    [':9000', 'tcp-listen:9000'],
    ['*:9000', 'tcp-listen:9000'],
    ['tcp-listen:9000', 'tcp-listen:9000'],
    ['tcp-listen::9000', 'tcp-listen:9000'],
    ['tcp-listen:*:0', 'tcp-listen:0'],
    ['tcp-l:0.0.0.0:9000', 'tcp-listen:0.0.0.0:9000'],
    ['tcp-listen://[::]:9000', 'tcp-listen:[::]:9000'],
    ['tcp4-listen:9000', 'tcp4-listen:9000'],
    ['tcp6-l:9000,v6only', 'tcp6-listen:9000,v6only'],
    ['tcp-listen:9000,bind=192.168.1.20', 'tcp-listen:192.168.1.20:9000'],
    ['tcp-listen:9000,bind=[::1],backlog=5', 'tcp-listen:[::1]:9000,backlog=5'],
    [
      'tcp-listen:0.0.0.0:9000,backlog=128,nodelay,keepalive=30s',
      'tcp-listen:0.0.0.0:9000,backlog=128,nodelay,keepalive=30s',
    ],
    ['udp:10.0.0.1:53', 'udp:10.0.0.1:53'],
    ['udp6:ntp.example:123', 'udp6:ntp.example:123'],
    [
      'udp-listen:5353 , rcvbuf = 4194304 , sndbuf=100kB,reuseaddr',
      'udp-listen:5353,rcvbuf=4MiB,sndbuf=100000,reuseaddr',
    ],
    ['udp4-l::5000', 'udp4-listen:5000'],
    [
      'tcp:h:1,connect-timeout=0.5s,keepalive=off,nodelay=OFF',
      'tcp:h:1,connect-timeout=500ms,nodelay=off,keepalive=off',
    ],
    ['tcp:h:1,sp=99,bind=[::1],Half-Open', 'tcp:h:1,bind=[::1],sourceport=99,half-open'],
    ['tcp-listen:9,keepalive=90s', 'tcp-listen:9,keepalive=90s'],
    ['tcp-listen:9,keepalive=120s', 'tcp-listen:9,keepalive=2m'],
  ])('%s', (text, canonical) => {
    const address = read(text);
    expect(formatAddress(address)).toBe(canonical);
    expect(read(canonical)).toEqual(address);
  });

  test('every option has its field', () => {
    expect(
      read(
        'tcp:h:1,bind=1.2.3.4,sourceport=0,connect-timeout=2m,nodelay,keepalive=30s,half-open=off',
      ),
    ).toEqual({
      kind: 'tcp',
      host: 'h',
      port: 1,
      path: null,
      family: null,
      options: {
        bind: '1.2.3.4',
        sourcePort: 0,
        connectTimeoutMs: 120_000,
        nodelay: true,
        keepaliveMs: 30_000,
        halfOpen: false,
      },
    });
    expect(read('udp6-listen:[::]:1,rcvbuf=64KiB,sndbuf=4MiB,v6only,reuseaddr=off')).toEqual({
      kind: 'udp-listen',
      host: '::',
      port: 1,
      path: null,
      family: 6,
      options: {
        receiveBufferBytes: 65_536,
        sendBufferBytes: 4_194_304,
        v6only: true,
        reuseAddress: false,
      },
    });
  });
});

/** Every error: its code, where it is, and what it names. */
const WRONG: [string, AddressError['code'], number, Partial<AddressError['values']>][] = [
  ['', 'empty', 0, {}],
  ['   ', 'empty', 0, {}],
  ['http://example.com:80', 'unknown-kind', 0, { kind: 'http' }],
  ['  tpc:host:80', 'unknown-kind', 2, { kind: 'tpc', nearest: 'tcp' }],
  ['tcp-lisen:0.0.0.0:9000', 'unknown-kind', 0, { nearest: 'tcp-listen' }],
  ['tcp:', 'missing-host', 4, { kind: 'tcp' }],
  ['tcp:9000', 'missing-host', 4, { kind: 'tcp' }],
  ['udp::9000', 'missing-host', 4, { kind: 'udp' }],
  ['tcp:*:9000', 'missing-host', 4, { found: '*' }],
  ['example.com', 'missing-port', 11, {}],
  ['tcp:example.com', 'missing-port', 15, {}],
  ['tcp:example.com:', 'missing-port', 16, {}],
  ['tcp:[::1]', 'missing-port', 10, {}],
  ['tcp-listen:', 'missing-port', 11, {}],
  ['tcp:300.1.1.1:80', 'bad-host', 4, { found: '300.1.1.1' }],
  ['tcp:1.2.3:80', 'bad-host', 4, { found: '1.2.3' }],
  ['tcp:-evil:80', 'bad-host', 4, { found: '-evil' }],
  ['tcp:a..b:80', 'bad-host', 4, {}],
  ['tcp:a b:80', 'bad-host', 4, {}],
  ['tcp:[::1:80', 'bad-host', 4, {}],
  ['tcp:[1.2.3.4]:80', 'bad-host', 5, { found: '1.2.3.4' }],
  ['tcp:[fe80::1%]:80', 'bad-host', 5, {}],
  [`tcp:${'a'.repeat(64)}:80`, 'bad-host', 4, {}],
  ['::1:9000', 'bare-ipv6', 0, {}],
  ['fe80::1', 'bare-ipv6', 0, {}],
  ['tcp:fe80::1:9000', 'bare-ipv6', 4, {}],
  ['tcp:host:0', 'bad-port', 9, { min: 1, max: 65_535 }],
  ['tcp:host:65536', 'bad-port', 9, { found: '65536' }],
  ['tcp:host:http', 'bad-port', 9, { found: 'http' }],
  ['tcp-listen:99999', 'bad-port', 11, { min: 0 }],
  ['tcp://host:80/path', 'bad-port', 11, {}],
  ['tcp:host:-1', 'bad-port', 9, {}],
  ['tcp:host:1e3', 'bad-port', 9, {}],
  ['tcp:h:1,nodelai', 'unknown-option', 8, { option: 'nodelai', nearest: 'nodelay' }],
  ['tcp:h:1, backlok=3', 'unknown-option', 9, { option: 'backlok' }],
  ['tcp-listen:1,nodelay,bcklog=3', 'unknown-option', 21, { nearest: 'backlog' }],
  ['tcp-listen:1,fork', 'unknown-option', 13, { option: 'fork', needless: 'anyway' }],
  ['tcp:h:1,port=80', 'unknown-option', 8, { needless: 'place' }],
  ['tcp:h:1,iface=eth0', 'unknown-option', 8, { nearest: 'bind' }],
  ['udp-listen:1,iface=eth0', 'unknown-option', 13, { nearest: 'mcast-if' }],
  ['tcp:h:1,timeout=1s', 'unknown-option', 8, { nearest: 'connect-timeout' }],
  ['udp:h:1,timeout=1s', 'unknown-option', 8, { nearest: 'idle-timeout' }],
  ['tcp:h:1,rate=64k', 'unknown-option', 8, { nearest: 'send-rate' }],
  ['tcp:h:1,idle=1s', 'unknown-option', 8, { nearest: 'idle-timeout' }],
  ['https://h:443', 'unknown-kind', 0, { nearest: 'tls' }],
  ['tcp:h:1,', 'unknown-option', 8, {}],
  ['tcp:h:1,backlog=3', 'option-not-here', 8, { option: 'backlog', kind: 'tcp' }],
  ['tcp:h:1,rcvbuf=4MiB', 'option-not-here', 8, { option: 'rcvbuf' }],
  ['udp:h:1,nodelay', 'option-not-here', 8, { option: 'nodelay', kind: 'udp' }],
  ['tcp:h:1,nodelay,nodelay=off', 'duplicate-option', 16, { option: 'nodelay' }],
  ['tcp-listen:[::]:1,bind=[::1]', 'duplicate-option', 11, { option: 'bind' }],
  ['tcp:h:1,nodelay=maybe', 'bad-option-value', 16, { found: 'maybe', option: 'nodelay' }],
  ['tcp:h:1,keepalive', 'bad-option-value', 8, { option: 'keepalive' }],
  ['tcp:h:1,keepalive=30', 'bad-option-value', 18, { found: '30' }],
  ['tcp:h:1,keepalive=500ms', 'bad-option-value', 18, {}],
  ['tcp:h:1,connect-timeout=0s', 'bad-option-value', 24, {}],
  ['tcp:h:1,sourceport=65536', 'bad-option-value', 19, {}],
  ['tcp:h:1,bind=localhost', 'bad-option-value', 13, { option: 'bind' }],
  ['tcp:h:1,bind=1.2.3.4:5', 'bad-option-value', 13, {}],
  ['tcp-listen:1,backlog=-1', 'bad-option-value', 21, {}],
  ['tcp-listen:1,reuseaddr=off', 'bad-option-value', 23, {}],
  ['udp-listen:1,rcvbuf=4M', 'bad-option-value', 20, {}],
  ['udp-listen:1,rcvbuf=0', 'bad-option-value', 20, {}],
  ['tcp4:[::1]:80', 'wrong-family', 0, {}],
  ['tcp6:1.2.3.4:80', 'wrong-family', 0, {}],
  ['tcp:[::1]:80,bind=1.2.3.4', 'wrong-family', 0, {}],
  ['tcp-listen:0.0.0.0:80,v6only', 'wrong-family', 0, {}],
  ['tcp4-listen:80,v6only', 'wrong-family', 0, {}],
];

describe('what is wrong, where, and an example that works', () => {
  test.each(WRONG)('%j is %s at %i', (text, code, at, values) => {
    const error = errorOf(text);
    expect({ code: error.code, at: error.at }).toEqual({ code, at });
    expect(error.values).toMatchObject(values);
    expect(error.message).toContain(error.values.example);
    read(error.values.example);
  });

  test('the sentence of a mistyped option names it, its place and the nearest', () => {
    expect(errorOf('tcp:h:1,nodelai').message).toBe(
      'There is no option "nodelai"; did you mean "nodelay"? (at character 9). Example: tcp:192.168.1.50:502,nodelay',
    );
    expect(errorOf('tcp:h:1,so-linger=0').message).toBe(
      '"so-linger" (SO_LINGER) cannot be set: Node.js has no call for it (at character 9). Example: tcp:192.168.1.50:502',
    );
  });
});

test.each(['zort', 'certs1x', 'xy', 'abc', 'keyboard'])('nothing is guessed for %s', (word) => {
  expect(errorOf(`tls:h:1,${word}=1`)).toMatchObject({ code: 'unknown-option' });
  expect(errorOf(`tls:h:1,${word}=1`).values.nearest).toBeUndefined();
});

test('our words for those of others are options and kinds that there are', () => {
  for (const word of ['insecure', 'password', 'sni', 'clients', 'device', 'chmod', 'target'])
    expect([
      word,
      meantOption(
        word,
        OPTION_TABLE.map(({ name }) => name),
      ),
    ]).not.toContain(undefined);
  for (const word of ['http', 'wss', 'server', 'multicast', 'ipc', 'npipe'])
    expect(KINDS.has(meantKind(word) ?? '')).toBe(true);
});

describe('properties', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const v6 = fc.ipV6().map((text) => text.toLowerCase());
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const options = fc.record({
    nodelay: optional(fc.boolean()),
    keepalive: optional(
      fc.oneof(
        fc.constant('off'),
        fc.integer({ min: 1, max: 2e6 }).map((n) => `${n}s`),
      ),
    ),
    backlog: optional(fc.nat()),
    rcvbuf: optional(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
    'connect-timeout': optional(fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((n) => `${n}ms`)),
    sourceport: optional(fc.integer({ min: 0, max: 65_535 })),
  });
  const takes: Record<string, string[]> = {
    tcp: ['nodelay', 'keepalive', 'connect-timeout', 'sourceport'],
    'tcp-listen': ['nodelay', 'keepalive', 'backlog'],
    udp: ['rcvbuf', 'sourceport'],
    'udp-listen': ['rcvbuf'],
  };

  test('format then parse is the same address', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('tcp', 'tcp-listen', 'udp', 'udp-listen'),
        fc.oneof(
          fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
          fc.ipV4(),
          v6.map((text) => `[${text}]`),
          v6.map((text) => `[${text}%eth0]`),
        ),
        fc.integer({ min: 1, max: 65_535 }),
        options,
        (kind, host, port, chosen) => {
          const tail = Object.entries(chosen)
            .filter(([name, value]) => value !== undefined && takes[kind]?.includes(name))
            .map(
              ([name, value]) =>
                `,${name}=${value === true ? 'on' : value === false ? 'off' : String(value)}`,
            );
          const address = read(`${kind}:${host}:${port}${tail.join('')}`);
          expect(address).toMatchObject({ kind, port, host: host.replace(/^\[|\]$/g, '') });
          expect(read(formatAddress(address))).toEqual(address);
        },
      ),
    );
  });

  test('any text gives an address or an error with a place in it, and examples that work', () => {
    const pieces = fc
      .array(
        fc.constantFrom(
          'tcp',
          'udp-listen',
          'tls',
          ':',
          '//',
          '[',
          ']',
          '::1',
          '1.2.3.4',
          '80',
          ',',
          'nodelay',
          '=',
          'off',
          '%e',
          ' ',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseAddress(text);
        if (parsed.ok) {
          expect(read(formatAddress(parsed.address))).toEqual(parsed.address);
          return;
        }
        expect(parsed.error.at).toBeGreaterThanOrEqual(0);
        expect(parsed.error.at).toBeLessThanOrEqual(text.length + 1);
        read(parsed.error.values.example);
      }),
      { numRuns: 5000 },
    );
  });
});
