import { describe, expect, test } from 'vitest';
import { blockEntry, clientLimit } from '../../../src-renderer/format/limits';
import { statusMarks } from '../../../src-renderer/format/status-marks';
import { remaining } from '../../../src-renderer/format/times';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { socketInfo } from '../state/fakes';

const NOW = Date.UTC(2026, 10, 22, 12);

function marks(over: Partial<SocketInfo>) {
  return statusMarks(socketInfo({ id: 1, ...over }), NOW);
}

describe('what is to be seen at a glance', () => {
  test('of a socket that just works there is nothing', () => {
    expect(marks({})).toEqual([]);
  });

  test('of a closed one nothing, whatever it was', () => {
    expect(marks({ phase: 'closed', readingPaused: true, accepting: false })).toEqual([]);
  });

  test('the idle countdown runs down and says what follows', () => {
    const either = { timeoutMs: 30_000, direction: 'either' } as const;
    const idle = (left: number) =>
      marks({
        idle: { ...either, action: 'reset', deadlineAt: NOW + left, silentSince: null },
      });
    expect(idle(20_000)).toMatchObject([{ id: 'idle', word: 'Idle: 20 s', tone: 'plain' }]);
    expect(idle(3000)).toMatchObject([{ word: 'Idle: 3 s', tone: 'warn' }]);
    expect(idle(3000)[0]?.text).toContain('reset (RST)');
    const off = { ...either, action: 'warn', deadlineAt: null } as const;
    expect(marks({ idle: { ...off, silentSince: null } })).toEqual([]);
    expect(marks({ idle: { ...off, silentSince: NOW - 65_000 } })).toMatchObject([
      { id: 'silent', word: 'Silent 00:01:05', tone: 'bad' },
    ]);
    const peer = { ...off, direction: 'rx', silentSince: NOW - 65_000 } as const;
    expect(marks({ idle: peer })).toMatchObject([
      { id: 'silent', word: 'No RX 00:01:05', text: 'Nothing was received for 00:01:05' },
    ]);
    const waits = { ...peer, deadlineAt: NOW + 9000, silentSince: null };
    expect(marks({ idle: waits })[0]?.text).toBe('If nothing is received, in 9 s: a warning.');
  });

  test('the wait to connect again has its attempt and its limit', () => {
    const reconnect = { attempt: 2, limit: 5, nextAt: NOW + 8000 };
    const [mark] = marks({ kind: 'dialer', reconnect });
    expect(mark).toMatchObject({ id: 'reconnecting', tone: 'warn' });
    expect(mark?.text).toBe('Not connected. Attempt 3 of 5 follows in 8 s.');
    expect(marks({ kind: 'dialer', reconnect: { ...reconnect, nextAt: null } })).toEqual([]);
  });

  test('TLS is a lock, open with its reason when the peer is not verified', () => {
    const agreed = { state: 'secure', protocol: 'TLSv1.3', cipher: 'X', alpn: null } as const;
    const tls = { ...agreed, sessionReused: false };
    expect(
      marks({ tls: { ...tls, verified: true, trustedBy: 'chain', reason: null } }),
    ).toMatchObject([{ id: 'tls', tone: 'good' }]);
    const [open] = marks({
      tls: { ...tls, verified: false, trustedBy: null, reason: 'CERT_HAS_EXPIRED' },
    });
    expect(open).toMatchObject({ id: 'tls-unverified', tone: 'warn' });
    expect(open?.text).toContain('CERT_HAS_EXPIRED');
    // A server that asked no certificate of its client has nothing to be warned of.
    const unasked = { ...tls, verified: false, trustedBy: null, reason: null };
    expect(marks({ tls: unasked })[0]?.tone).toBe('plain');
    // A fingerprint says that it is the same as before, not who it is.
    const [pinned] = marks({ tls: { ...unasked, verified: true, trustedBy: 'fingerprint' } });
    expect(pinned?.text).toContain('trusted by its fingerprint alone');
  });

  test('the gravest comes first', () => {
    const group = { group: '239.1.1.1', interface: 'eth0', source: null, joined: false };
    const ids = marks({
      ...{ kind: 'udp-socket', addressGone: true, unexpectedSources: 2, groups: [group] },
      behaviour: 'echo',
    }).map(({ id }) => id);
    expect(ids).toEqual(['address-gone', 'unexpected', 'groups', 'behaviour']);
  });

  test('what answers is called by its name, not as addresses spell it', () => {
    expect(marks({ behaviour: 'reply' })).toMatchObject([
      { word: 'Fixed reply', text: 'It answers by itself. Fixed reply to everything' },
    ]);
    expect(marks({ behaviour: 'smtp' })).toMatchObject([{ word: 'SMTP' }]);
    expect(marks({ behaviour: 'relay', relayTo: 'tcp:device:502' })).toMatchObject([
      { word: 'Relay', text: 'It passes everything on to tcp:device:502.' },
    ]);
  });
});

test('a countdown says neither more than is left nor less than nothing', () => {
  expect(remaining(NOW - 5000, NOW)).toBe('0 s');
  // Begun 900 ms after the second that the window stands at: a wait of one second.
  expect(remaining(NOW + 900 + 1000, NOW)).toBe('1 s');
  expect(remaining(NOW + 65_000, NOW)).toBe('1:05');
  expect(remaining(NOW + 3_723_000, NOW)).toBe('1:02:03');
});

test('limits and blocked addresses as they are typed', () => {
  expect(['', ' 12 ', '0', '-1', '1.5', 'x'].map(clientLimit)).toEqual([
    ...[null, 12, undefined, undefined, undefined, undefined],
  ]);
  expect(
    ['10.0.0.1', ' 10.0.0.0/8 ', 'FE80::/10', '::1/129', '10.0.0.0/33', 'host'].map(blockEntry),
  ).toEqual(['10.0.0.1', '10.0.0.0/8', 'fe80::/10', null, null, null]);
});
