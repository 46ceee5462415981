import { captureFacts } from '../../../src-renderer/format/capture-facts';
import { noStreamFigures } from '../../../src-shared/contract/stream-figures';
import { expect, test } from 'vitest';
import { reachAt } from '../../../src-renderer/format/reach';
import { parseFolder } from '../../../src-renderer/format/folder-path';
import {
  conditionOf,
  halfSentence,
  socketName,
  stateSentence,
} from '../../../src-renderer/format/socket-text';
import { socketInfo } from '../state/fakes';

const local = { host: '0.0.0.0', port: 9000 };
const remote = { host: '192.168.1.50', port: 502 };
const error = { code: 'ECONNRESET', message: '' };

const waits = { attempt: 1, limit: null, nextAt: 5000 };

test.each([
  [{ local }, 'Listening on 0.0.0.0:9000'],
  [{ kind: 'local-listener', path: '/tmp/a.sock' }, 'Listening on /tmp/a.sock'],
  [
    { kind: 'dialer', address: 'tcp:h:502,reconnect=1s', reconnect: waits, phase: 'opening' },
    'Not connected: tcp:h:502 is dialled again',
  ],
  [
    { kind: 'dialer', address: 'tcp:h:502,reconnect=1s', openChildren: 1 },
    'Connected; tcp:h:502 is dialled again when it ends',
  ],
  [
    { kind: 'udp-socket', local: { host: '::', port: 5 }, remote },
    'Receiving UDP on [::]:5, sending to 192.168.1.50:502',
  ],
  [
    { kind: 'tcp-connection', remote, local, connectMs: 12.4 },
    'Connected to 192.168.1.50:502 in 12 ms',
  ],
  [
    { kind: 'tcp-connection', remote, local, connectMs: 0.03 },
    'Connected to 192.168.1.50:502 in 0.1 ms',
  ],
  [{ kind: 'tcp-connection', remote, local }, '192.168.1.50:502 connected to 0.0.0.0:9000'],
  [
    { kind: 'tcp-connection', phase: 'opening', step: 'resolving', address: 'tcp:plc.local:502' },
    'Resolving plc.local …',
  ],
  [
    { kind: 'tcp-connection', phase: 'opening', step: 'connecting', address: 'tcp:plc.local:502' },
    'Connecting to plc.local:502 …',
  ],
  [{ phase: 'closed', error }, 'Could not be opened'],
  [{ phase: 'closed' }, 'Closed'],
] as const)('%o: %s', (over, sentence) => {
  expect(stateSentence(socketInfo({ id: 1, ...over }))).toBe(sentence);
});

test('a socket that broke off says when and why', () => {
  const info = socketInfo({ id: 1, phase: 'closed', openedAt: 0, closedAt: 61_000, error });
  expect(stateSentence(info)).toMatch(/^Ended with ECONNRESET at \d\d:\d\d:\d\d\.000$/);
});

test('a socket that closed in good order says how long it was open', () => {
  const info = socketInfo({ id: 1, phase: 'closed', openedAt: 0, closedAt: 61_000 });
  expect(stateSentence(info)).toMatch(/after 00:01:01$/);
});

test.each([
  [{ address: 'tcp-listen:9000,backlog=5' }, 'tcp-listen:9000'],
  [{ address: 'tcp-listen:0', local: { host: '::', port: 40123 } }, 'tcp-listen:40123'],
  [{ kind: 'tcp-connection', parent: 1, remote }, '192.168.1.50:502'],
  [
    {
      kind: 'tcp-connection',
      parent: 1,
      phase: 'closed',
      local: { host: '10.0.0.7', port: 41000 },
      remote,
    },
    '10.0.0.7:41000 – 192.168.1.50:502',
  ],
  [
    {
      kind: 'tcp-connection',
      parent: 1,
      phase: 'closed',
      remote,
      local: { host: '10.0.0.7', port: 41000 },
      pair: { socket: 3, dialled: true },
    },
    '→ 192.168.1.50:502',
  ],
  [{ kind: 'capture-file', address: '/home/a/b/session.pcapng' }, 'session.pcapng'],
] as const)('%o is called %s', (over, name) => {
  expect(socketName(socketInfo({ id: 2, ...over }))).toBe(name);
});

test.each([
  [{}, 'open', 'Listening'],
  [{ kind: 'tcp-connection', peerEnded: true }, 'half', 'Half-closed'],
  [{ phase: 'closed', error }, 'failed', 'Failed'],
  [{ phase: 'closed' }, 'idle', 'Closed'],
  [{ phase: 'opening' }, 'busy', 'Opening'],
] as const)('the condition of %o', (over, tone, word) => {
  expect(conditionOf(socketInfo({ id: 1, ...over }))).toEqual({ tone, word });
});

test('a half-closed connection says which half', () => {
  const half = (over: object) =>
    halfSentence(socketInfo({ id: 1, kind: 'tcp-connection', ...over }));
  expect(half({ peerEnded: true })).toContain('The peer finished sending');
  expect(half({ ended: true })).toContain('This side finished sending');
  expect(half({})).toBeNull();
  expect(half({ phase: 'closed', ended: true, peerEnded: true })).toBeNull();
});

const interfaces = [
  { name: 'lo', address: '127.0.0.1', family: 'IPv4' as const, internal: true },
  { name: 'eth0', address: 'fe80::1%eth0', family: 'IPv6' as const, internal: false },
  { name: 'eth0', address: 'fd00::2', family: 'IPv6' as const, internal: false },
  { name: 'wlan0', address: '192.168.1.20', family: 'IPv4' as const, internal: false },
];

test('on all addresses, those for others come first', () => {
  expect(reachAt({ host: '::', port: 9 }, interfaces).map(({ text }) => text)).toEqual([
    '192.168.1.20:9',
    '[fd00::2]:9',
    '[fe80::1%eth0]:9',
    '127.0.0.1:9',
  ]);
});

test('an IPv4 socket is not reached over IPv6', () => {
  const hosts = reachAt({ host: '0.0.0.0', port: 9 }, interfaces).map(({ host }) => host);
  expect(hosts).toEqual(['192.168.1.20', '127.0.0.1']);
});

test('on one address there is that one', () => {
  expect(reachAt({ host: '127.0.0.1', port: 9 }, interfaces)).toEqual([
    { text: '127.0.0.1:9', host: '127.0.0.1', interfaceName: '', loopback: true },
  ]);
});

test.each([
  ['Line 3 / Gateways', ['Line 3', 'Gateways']],
  ['', []],
  [' / a // b/', ['a', 'b']],
  ['1/2/3/4/5/6/7/8/9', null],
  ['x'.repeat(101), null],
])('the folder %j', (text, names) => {
  expect(parseFolder(text)).toEqual(names);
});

test('what the network did to a captured flow, and what of a recording is kept', () => {
  const quiet = socketInfo({ id: 1 });
  expect(captureFacts(quiet, 'en')).toEqual([]);
  const lost = { ...noStreamFigures(), gaps: 2, missingBytes: 2896, retransmittedSegments: 1 };
  const flow = socketInfo({
    id: 2,
    reassembly: { ...lost, retransmittedBytes: 1448 },
    otherPackets: [{ what: 'ARP', packets: 12 }],
  });
  expect(captureFacts(flow, 'en').map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'Missing: 2,896 bytes in 2 gaps',
    'Retransmitted: 1 segment, 1,448 bytes: shown once',
    'Packets without rows: 12 ARP',
  ]);
  const capture = quiet.capture ?? {
    ...{ file: 'a.00005.pcapng', bytes: 1, rows: 9, state: 'recording', error: null },
    ...{ progress: null, damage: null },
  };
  const parts = { number: 5, kept: 2, letGoParts: 3, letGoRows: 4000, letGoBytes: 1_000_000 };
  const ring = socketInfo({ id: 3, capture: { ...capture, parts } });
  expect(captureFacts(ring, 'en').map(({ value }) => value)).toEqual([
    'part 5, 2 kept',
    '3 parts, 4,000 rows, 1,000,000 bytes',
  ]);
  const opened = { ...parts, letGoParts: 0, missingParts: 2 };
  const whole = socketInfo({ id: 4, capture: { ...capture, parts: opened } });
  expect(captureFacts(whole, 'en').map(({ value }) => value)).toEqual(['2 files as one', '2']);
});
