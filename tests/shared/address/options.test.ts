import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress, parseOptions } from '../../../src-shared/address/address';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { AddressKind } from '../../../src-shared/address/kinds';
import { KINDS, exampleOf } from '../../../src-shared/address/kinds';
import { OPTION_TABLE, formatOptions, optionValues } from '../../../src-shared/address/options';
import type { AddressError } from '../../../src-shared/address/problem';
import { UNREACHABLE } from '../../../src-shared/address/unreachable';
import { errorOf, read } from './read';

describe('kinds', () => {
  test.each([
    ['tls:Device.local:8883', 'tls:device.local:8883'],
    ['openssl-connect:h:1', 'tls:h:1'],
    ['ssl6:h:1', 'tls6:h:1'],
    ['SSL-L:8883', 'tls-listen:8883'],
    ['openssl4-listen:0.0.0.0:1', 'tls4-listen:0.0.0.0:1'],
    ['udp-recv:5000', 'udp-listen:5000'],
    ['udp-mcast:239.1.2.3:5000', 'udp-mcast:239.1.2.3:5000'],
    ['udp6-mcast:[FF02::FB]:5353', 'udp6-mcast:[ff02::fb]:5353'],
    ['udp-mcast:[ff02::1%eth0]:5000', 'udp-mcast:[ff02::1%eth0]:5000'],
    ['unix:/run/My.sock', 'unix:/run/My.sock'],
    ['unix-connect:/run/x', 'unix:/run/x'],
    ['unix:///run/x/', 'unix:/run/x/'],
    ['unix:run/x', 'unix:run/x'],
    ['unix:@chat', 'unix:@chat'],
    ['abstract-connect:chat', 'unix:@chat'],
    ['abstract-listen:chat', 'unix-listen:@chat'],
    ['unix-l:/run/a\\,b', 'unix-listen:"/run/a,b"'],
    ['unix:"/run/a,b \\"c\\" \\\\"', 'unix:"/run/a,b \\"c\\" \\\\"'],
    ['unix:"//x"', 'unix:"//x"'],
    ['unix:C:\\dir\\x.sock', 'unix:C:\\dir\\x.sock'],
    ['pipe:Device', 'pipe:Device'],
    ['pipe:\\\\.\\pipe\\Device', 'pipe:Device'],
    ['pipe-listen://./pipe/a b', 'pipe-listen:a b'],
  ])('%s', (text, canonical) => {
    const address = read(text);
    expect(formatAddress(address)).toBe(canonical);
    expect(read(canonical)).toEqual(address);
  });

  test('a local kind has a path, and neither host nor port', () => {
    expect(read('unix:@chat')).toEqual({
      kind: 'unix',
      host: null,
      port: 0,
      path: '@chat',
      family: null,
      options: {},
    });
  });
});

/** Each option once, as written and as understood. */
const VALUES: [string, AddressKind, AddressOptions, string?][] = [
  ['idle-timeout=30s', 'tcp', { idleTimeoutMs: 30_000 }],
  ['idle-timeout=1m', 'udp-listen', { idleTimeoutMs: 60_000 }],
  ['idle-action=Half-Close', 'tls', { idleAction: 'half-close' }, 'idle-action=half-close'],
  ['idle-action=close', 'udp', { idleAction: 'close' }],
  ['idle-direction=RX', 'udp', { idleDirection: 'rx' }, 'idle-direction=rx'],
  ['split-size=4MiB', 'unix-listen', { splitSizeBytes: 4 * 1024 * 1024 }],
  ['split-time=1h', 'udp', { splitTimeMs: 3_600_000 }],
  ['ring=10m', 'tls-listen', { ringMs: 600_000 }],
  ['ring-parts=3', 'tcp', { ringParts: 3 }],
  ['reconnect', 'tcp', { reconnectMs: 1000 }, 'reconnect=1s'],
  ['reconnect=250ms', 'unix', { reconnectMs: 250 }],
  ['reconnect-max=30s', 'tcp-listen', { reconnectMaxMs: 30_000 }],
  ['retry=3', 'tcp', { reconnectLimit: 3 }, 'reconnect-limit=3'],
  ['paused', 'pipe', { paused: true }],
  ['tcp-keepidle=30s', 'tls', { keepaliveMs: 30_000 }, 'keepalive=30s'],
  ['max-children=7', 'unix-listen', { maxClients: 7 }, 'max-clients=7'],
  [
    'block=10.0.0.5; 192.168.7.0/024 ;FE80::/10',
    'tcp-listen',
    { block: ['10.0.0.5', '192.168.7.0/24', 'fe80::/10'] },
    'block=10.0.0.5;192.168.7.0/24;fe80::/10',
  ],
  ['on-accept=reset', 'tls-listen', { onAccept: 'reset' }],
  ['greeting="220 hi, you\\r\\n"', 'tcp-listen', { greeting: '220 hi, you\\r\\n' }],
  ['greeting=220\\r\\n', 'tcp-listen', { greeting: '220\\r\\n' }],
  ['greeting="say \\"hi\\" \\\\ \\xff"', 'tcp-listen', { greeting: 'say "hi" \\\\ \\xff' }],
  ['greeting=a\\,b', 'tcp-listen', { greeting: 'a,b' }, 'greeting="a,b"'],
  ['greeting="a\nb"', 'tcp-listen', { greeting: 'a\\nb' }, 'greeting=a\\nb'],
  ['reuseport', 'udp-mcast', { reusePort: true }],
  ['so-broadcast', 'udp', { broadcast: true }, 'broadcast'],
  ['ttl=255', 'udp', { ttl: 255 }],
  ['ip-multicast-ttl=0', 'udp', { multicastTtl: 0 }, 'mcast-ttl=0'],
  ['mcast-loop=no', 'udp-mcast', { multicastLoopback: false }, 'mcast-loop=off'],
  ['mcast-if=fe80::1%eth0', 'udp', { multicastInterface: 'fe80::1%eth0' }],
  ['join=239.1.1.1%eth0;239.1.1.2', 'udp-listen', { join: ['239.1.1.1%eth0', '239.1.1.2'] }],
  ['source=10.0.0.1;10.0.0.2', 'udp-mcast', { sources: ['10.0.0.1', '10.0.0.2'] }],
  [
    'only-from=10.0.0.1;10.0.0.1:05000;[::1]:7;::2',
    'udp-listen',
    { onlyFrom: ['10.0.0.1', '10.0.0.1:5000', '[::1]:7', '::2'] },
    'only-from=10.0.0.1;10.0.0.1:5000;[::1]:7;::2',
  ],
  ['verify=0', 'tls', { verify: false }, 'verify=off'],
  [
    `fingerprint=${'AB:'.repeat(31)}CD`,
    'tls',
    { fingerprints: [`${'ab'.repeat(31)}cd`] },
    `fingerprint=${'ab'.repeat(31)}cd`,
  ],
  ['snihost=Device', 'tls', { servername: 'Device' }, 'servername=Device'],
  ['alpn=h2;http/1.1', 'tls-listen', { alpn: ['h2', 'http/1.1'] }],
  ['cafile=/etc/ca.pem', 'tls', { ca: '/etc/ca.pem' }, 'ca=/etc/ca.pem'],
  ['crl=/etc/crl.pem', 'tls-listen', { crl: '/etc/crl.pem' }],
  ['ocsp', 'tls', { ocsp: true }],
  ['resume', 'tls', { resume: true }],
  ['groups=X25519:P-256', 'tls', { curves: 'X25519:P-256' }, 'curves=X25519:P-256'],
  [
    'sigalgs=ECDSA+SHA256:rsa_pss_rsae_sha256',
    'tls-listen',
    { sigalgs: 'ECDSA+SHA256:rsa_pss_rsae_sha256' },
  ],
  ['cert="C:\\\\keys\\\\a,b.pem"', 'tls-listen', { cert: 'C:\\keys\\a,b.pem' }],
  ['key=C:\\keys\\k.pem', 'tcp-listen', { key: 'C:\\keys\\k.pem' }],
  ['pfx="/dir/"', 'tls', { pfx: '/dir/' }, 'pfx=/dir/'],
  ['passphrase=file:/run/secrets/p', 'tls', { passphrase: 'file:/run/secrets/p' }],
  ['psk=env:PSK_1', 'tls-listen', { psk: 'env:PSK_1' }],
  ['psk-identity=sensor 1', 'tls', { pskIdentity: 'sensor 1' }],
  ['cipherlist=ALL:!aNULL', 'tls', { ciphers: 'ALL:!aNULL' }, 'ciphers=ALL:!aNULL'],
  ['min-version=1.0', 'tls', { minVersion: '1.0' }],
  ['max-version=1.3', 'tls-listen', { maxVersion: '1.3' }],
  ['request-cert', 'tls-listen', { requestCertificate: true }],
  ['keylog=/tmp/k', 'tls', { keyLog: '/tmp/k' }],
  ['mode=0666', 'unix-listen', { mode: 0o666 }, 'mode=666'],
  ['mode=007', 'unix-listen', { mode: 0o007 }],
  ['unlink-early', 'unix-listen', { unlink: true }, 'unlink'],
  ['behave=smtp', 'tcp-listen', { behave: 'smtp' }],
  ['behave=hub', 'udp-listen', { behave: 'hub' }],
  ['send-rate=64k', 'tcp', { sendRateBytes: 64_000 }, 'send-rate=64000'],
  ['send-rate=2MiB/s', 'udp-mcast', { sendRateBytes: 2 ** 21 }, 'send-rate=2MiB'],
  ['send-rate=off', 'unix-listen', { sendRateBytes: 0 }, 'send-rate=off'],
  [
    'relay-to="tcp:h:1,nodelay"',
    'unix-listen',
    { behave: 'relay', relayTo: 'tcp:h:1,nodelay' },
    'relay-to="tcp:h:1,nodelay"',
  ],
  [
    'relay-idle=5m,relay-to=udp:h:1',
    'udp-listen',
    { behave: 'relay', relayTo: 'udp:h:1', relayIdleMs: 300_000 },
    'relay-idle=5m',
  ],
  ['reply="OK\\r\\n"', 'udp-mcast', { reply: 'OK\\r\\n' }, 'reply=OK\\r\\n'],
];

describe('options', () => {
  test.each(VALUES)('%s of %s', (written, kind, options, canonical = written) => {
    const address = read(`${exampleOf(kind)},${written}`);
    expect(address.options).toEqual(options);
    const formatted = formatAddress(address);
    expect(read(formatted)).toEqual(address);
    if (!written.startsWith('greeting')) expect(formatted.endsWith(`,${canonical}`)).toBe(true);
  });

  test('every option of the table is here or with the older ones', () => {
    const shown = new Set(
      VALUES.flatMap(([, , options]) => optionValues(options)).map((o) => o.name),
    );
    const older = 'bind sourceport backlog connect-timeout nodelay half-open rcvbuf sndbuf v6only';
    for (const name of `${older} reuseaddr`.split(' ')) shown.add(name);
    expect(OPTION_TABLE.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('the example of every option works with every kind it is for, canonical or not', () => {
    for (const { name, kinds, example, aliases } of OPTION_TABLE)
      for (const kind of kinds)
        for (const spelling of [name, ...aliases]) {
          const written = spelling + example.slice(name.length);
          const options =
            name === 'on-accept' || name !== 'idle-action' || !kind.startsWith('udp')
              ? parseOptions(written, kind)
              : parseOptions('idle-action=warn', kind);
          expect([kind, written, options.ok]).toEqual([kind, written, true]);
        }
  });

  test('names, aliases and what Node cannot reach do not overlap', () => {
    const names = OPTION_TABLE.flatMap(({ name, aliases }) => [name, ...aliases]);
    const all = [...names, ...UNREACHABLE.keys()];
    expect(new Set(all).size).toBe(all.length);
  });

  test('options alone, as STARTTLS takes them', () => {
    expect(parseOptions('verify=off, alpn=h2', 'tls')).toEqual({
      ok: true,
      options: { verify: false, alpn: ['h2'] },
    });
    expect(parseOptions('', 'tls')).toEqual({ ok: true, options: {} });
    expect(parseOptions('verify=off,nodelai', 'tls')).toMatchObject({
      ok: false,
      error: { code: 'unknown-option', at: 11 },
    });
  });
});

const LONG = 'x'.repeat(107);

const WRONG: [string, AddressError['code'], number, Partial<AddressError['values']>][] = [
  ['unix:', 'missing-path', 5, { kind: 'unix' }],
  ['unix:@', 'missing-path', 5, {}],
  ['pipe-listen:', 'missing-path', 12, {}],
  ['pipe:a\\b', 'bad-path', 5, {}],
  ['unix:/a\0b', 'bad-path', 5, {}],
  [`unix:/${LONG}`, 'path-too-long', 5, { min: 108, max: 107 }],
  [`unix-listen:${'é'.repeat(54)}`, 'path-too-long', 12, { min: 108 }],
  ['unix:"/a', 'bad-quoting', 5, { found: '"' }],
  ['unix:"/a"b', 'bad-quoting', 9, { found: 'b' }],
  ['tls:h:1,ca="C:\\Users"', 'bad-quoting', 14, { found: '\\U', option: 'ca' }],
  ['tls:h:1, ca = "x', 'bad-quoting', 14, { option: 'ca' }],
  ['udp-mcast:192.168.1.1:5000', 'not-multicast', 10, { found: '192.168.1.1' }],
  ['udp-mcast:group.local:5000', 'not-multicast', 10, {}],
  ['udp-mcast:239.1.1.1:0', 'bad-port', 20, {}],
  ['tls:h', 'missing-port', 5, {}],
  ['tcp:h:1,verify=off', 'option-not-here', 8, { kind: 'tcp' }],
  ['unix:/x,nodelay', 'option-not-here', 8, { option: 'nodelay' }],
  ['unix:/x,linger=1', 'option-unreachable', 8, { constant: 'SO_LINGER' }],
  ['tcp:h:1,tos=4', 'option-unreachable', 8, { constant: 'IP_TOS' }],
  ['tcp:h:1,interface=eth0', 'option-unreachable', 8, { nearest: 'bind' }],
  ['udp-mcast:239.1.1.1:5,if=eth0', 'option-unreachable', 22, { nearest: 'mcast-if' }],
  ['udp:h:1,idle-action=reset', 'bad-option-value', 20, { found: 'reset' }],
  ['udp-listen:1,behave=smtp', 'bad-option-value', 20, { found: 'smtp' }],
  ['tcp-listen:1,behave=ehco', 'bad-option-value', 20, {}],
  ['tcp-listen:1,on-accept=greet', 'bad-option-value', 11, { option: 'on-accept' }],
  ['tcp-listen:1,greeting=a\\q', 'bad-option-value', 22, { option: 'greeting' }],
  ['tcp-listen:1,greeting=""', 'bad-option-value', 22, {}],
  ['tcp-listen:1,max-clients=0', 'bad-option-value', 25, {}],
  ['tcp-listen:1,block=10.0.0.0/33', 'bad-option-value', 19, {}],
  ['tcp-listen:1,block=localhost', 'bad-option-value', 19, {}],
  ['udp:h:1,ttl=0', 'bad-option-value', 12, {}],
  ['udp:h:1,ttl=256', 'bad-option-value', 12, {}],
  ['udp-listen:1,join=10.0.0.1', 'bad-option-value', 18, {}],
  ['udp-listen:1,only-from=10.0.0.1:0', 'bad-option-value', 23, {}],
  ['tls:h:1,fingerprint=abcd', 'bad-option-value', 20, {}],
  ['tls:h:1,min-version=1.4', 'bad-option-value', 20, {}],
  ['tls:h:1,mode=666', 'option-not-here', 8, {}],
  ['unix-listen:/x,mode=888', 'bad-option-value', 20, {}],
  ['tcp:h:1,send-rate=fast', 'bad-option-value', 18, { option: 'send-rate' }],
  ['tcp:h:1,send-rate', 'bad-option-value', 8, {}],
  ['tcp-listen:1,behave=relay', 'bad-relay-target', 11, { found: '' }],
  ['tcp-listen:1,nodelay,relay-to=udp:h:1', 'bad-relay-target', 21, { found: 'udp:h:1' }],
  ['udp-listen:1,relay-to=tcp:h:1', 'bad-relay-target', 13, { kind: 'udp-listen' }],
  ['tcp-listen:1,relay-to="tcp:h:1,ttl=5"', 'bad-relay-target', 13, {}],
  ['tcp-listen:1,behave=echo,relay-to=tcp:h:1', 'bad-option-value', 25, { found: 'echo' }],
  ['udp-mcast:239.1.1.1:1,behave=relay', 'bad-option-value', 29, {}],
  ['udp-listen:0.0.0.0:1,join=ff02::1', 'wrong-family', 0, {}],
  ['udp-mcast:239.1.1.1:1,source=::1', 'wrong-family', 0, {}],
];

describe('what is wrong, where, and an example that works', () => {
  test.each(WRONG)('%j is %s at %i', (text, code, at, values) => {
    const error = errorOf(text);
    expect({ code: error.code, at: error.at }).toEqual({ code, at });
    expect(error.values).toMatchObject(values);
    expect(error.message).toContain(error.values.example);
    read(error.values.example);
  });

  test('a secret written in the open is refused and not repeated', () => {
    const error = errorOf('tls:h:1,passphrase=hunter2');
    expect(error).toMatchObject({ code: 'bad-option-value', at: 19 });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(error.message).toContain('secret:NAME, env:NAME or file:PATH');
  });
});

describe('a relay', () => {
  test.each([
    ['tcp-listen:1,relay-to=H:2', 'tcp-listen:1,behave=relay,relay-to=tcp:h:2'],
    [
      'tls-listen:1,cert=/c,relay-to="unix:/a b,idle-timeout=5s"',
      'tls-listen:1,cert=/c,behave=relay,relay-to="unix:/a b,idle-timeout=5s"',
    ],
    [
      'udp-listen:[::1]:5,relay-idle=5m,relay-to=udp://[fe80::1%eth0]:7',
      'udp-listen:[::1]:5,behave=relay,relay-to=udp:[fe80::1%eth0]:7,relay-idle=5m',
    ],
  ])('%s', (text, canonical) => {
    const address = read(text);
    expect(formatAddress(address)).toBe(canonical);
    expect(read(canonical)).toEqual(address);
  });
});

describe('properties', () => {
  const anyText = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
  const paths = anyText.filter(
    (text) => text !== '@' && !text.includes('\0') && new TextEncoder().encode(text).length < 107,
  );

  test('any path comes back', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const address: Address = {
          kind: 'unix',
          host: null,
          port: 0,
          path,
          family: null,
          options: { ca: path },
        };
        const { options, ...rest } = address;
        expect(read(formatAddress({ ...rest, options: {} }))).toEqual({ ...rest, options: {} });
        const tls = `tls:h:1${formatOptions(options)}`;
        expect(read(tls).options).toEqual(options);
      }),
      { numRuns: 1000 },
    );
  });

  test('any greeting with valid escapes comes back, beside other options', () => {
    const pieces = fc.constantFrom(
      'a',
      ',',
      '"',
      ';',
      '=',
      ' ',
      '\\r',
      '\\n',
      '\\\\',
      '\\x00',
      'é',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1 }), (parts) => {
        const options = { maxClients: 3, greeting: parts.join(''), reply: 'x' };
        expect(read(`tcp-listen:1${formatOptions(options)}`).options).toEqual(options);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('docs/addresses.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/addresses.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .replaceAll('\\|', '\0')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\0', '|')),
    );
  const unquoted = (cell: string | undefined) => (cell ?? '').replaceAll('`', '');

  test('lists every option with its example, constant, kinds and systems', () => {
    const listed = rows
      .filter((cells) => cells.length === 6)
      .map(([name, aliases, example, constant, kinds, systems]) =>
        [name, aliases, example, constant, kinds, systems].map(unquoted),
      );
    expect(listed).toEqual(
      OPTION_TABLE.map(({ name, aliases, example, constant, kinds, platforms }) => [
        name,
        aliases.join(', '),
        example.length > 60 ? `${name}=AB:CD:…` : example,
        constant ?? '',
        kinds.join(' '),
        (platforms ?? ['all']).join(', '),
      ]),
    );
  });

  test('lists every kind with an example that is one, and every other name for it', () => {
    const listed = rows.filter((cells) => cells.length === 4);
    const names = listed.flatMap(([kind, , others]) =>
      unquoted(`${kind ?? ''} ${others ?? ''}`).split(/[\s,]+/),
    );
    const known = [...KINDS.keys()].filter((name) => !/\d/.test(name));
    expect(names.filter((name) => name !== '').sort()).toEqual(known.sort());
    for (const [kind, example] of listed) expect(read(unquoted(example)).kind).toBe(unquoted(kind));
  });

  test('lists what Node cannot reach', () => {
    const listed = rows.filter((cells) => cells.length === 2).map((cells) => cells.map(unquoted));
    const constants = [...new Set(UNREACHABLE.values())];
    expect(listed.map(([constant]) => constant)).toEqual(constants);
    for (const [constant, names = ''] of listed)
      for (const name of names.split(', ')) expect(UNREACHABLE.get(name)).toBe(constant);
  });
});
