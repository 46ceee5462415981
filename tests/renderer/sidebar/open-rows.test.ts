import { expect, test, vi } from 'vitest';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import { openRows } from '../../../src-renderer/ui/sidebar/open-rows';
import { socketInfo, update } from '../state/fakes';

const none = new Map<string, boolean>();

function listenerWith(children: number, closed: number): Sockets {
  const sockets = new Sockets();
  const kids = Array.from({ length: children + closed }, (_, n) =>
    socketInfo({
      id: n + 2,
      parent: 1,
      kind: 'tcp-connection',
      phase: n < children ? 'open' : 'closed',
    }),
  );
  sockets.apply(update({ first: true, sockets: [socketInfo({ id: 1 }), ...kids] }));
  return sockets;
}

test('a listener has its connections below it, those gone by in a fold', () => {
  const rows = openRows(listenerWith(2, 3), none);
  expect(rows.map(({ key, level, expanded }) => [key, level, expanded])).toEqual([
    ['socket-1', 1, true],
    ['socket-2', 2, null],
    ['socket-3', 2, null],
    ['gone-1', 2, false],
  ]);
  expect(rows[3]).toMatchObject({ place: 3, siblings: 3, parent: 'socket-1' });
});

test('the fold opens', () => {
  const rows = openRows(listenerWith(0, 2), new Map([['gone-1', true]]));
  expect(rows.map(({ key, level }) => [key, level])).toEqual([
    ['socket-1', 1],
    ['gone-1', 2],
    ['socket-2', 3],
    ['socket-3', 3],
  ]);
});

test('a folded listener shows none', () => {
  expect(openRows(listenerWith(5, 5), new Map([['socket-1', false]]))).toHaveLength(1);
});

test('the flows of a capture are folded until asked for', () => {
  const sockets = new Sockets();
  const flow = socketInfo({ id: 2, parent: 1, kind: 'tcp-connection', phase: 'closed' });
  sockets.apply(
    update({ first: true, sockets: [socketInfo({ id: 1, kind: 'capture-file' }), flow] }),
  );
  expect(openRows(sockets, none).map(({ expanded }) => expanded)).toEqual([false]);
  const opened = openRows(sockets, new Map([['socket-1', true]]));
  expect(opened.map(({ key, fold }) => [key, fold])).toEqual([
    ['socket-1', false],
    ['socket-2', false],
  ]);
});

test('ten thousand connections are laid out without a look at each', () => {
  const sockets = listenerWith(10_000, 0);
  const looks = vi.spyOn(sockets, 'get');
  expect(openRows(sockets, none)).toHaveLength(10_001);
  expect(looks).toHaveBeenCalledExactlyOnceWith(1);
});

test('a connection to the target of a relay stands right after its client', () => {
  const sockets = new Sockets();
  const kid = (id: number, pair?: { socket: number; dialled: boolean }) =>
    socketInfo({
      id,
      parent: 1,
      kind: 'tcp-connection',
      phase: 'open',
      ...(pair ? { pair } : {}),
    });
  // Dialled in another order than they came, as with handshakes of different length.
  const kids = [
    kid(2),
    kid(3),
    kid(4, { socket: 3, dialled: true }),
    kid(5, { socket: 2, dialled: true }),
    kid(6, { socket: 99, dialled: true }),
  ];
  sockets.apply(update({ first: true, sockets: [socketInfo({ id: 1 }), ...kids] }));
  const order = () => openRows(sockets, none).map(({ socket }) => socket);
  expect(order()).toEqual([1, 2, 5, 3, 4, 6]);
  sockets.apply(update({ removed: [3] }));
  expect(order()).toEqual([1, 2, 5, 4, 6]);
});
