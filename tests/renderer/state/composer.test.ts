import { describe, expect, test } from 'vitest';
import { Composer } from '../../../src-renderer/state/composer.svelte';
import { changed } from '../../../src-renderer/state/draft-past';
import { DraftDesk } from '../../../src-renderer/state/drafts.svelte';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { fakeEngine, socketInfo, update } from './fakes';

const connection = socketInfo({ id: 1, kind: 'tcp-connection', address: 'tcp:10.0.0.1:502' });
const udp = socketInfo({ id: 1, kind: 'udp-socket', address: 'udp-listen:5683' });
const peer = (id: number, over: Partial<SocketInfo> = {}): SocketInfo =>
  socketInfo({
    id,
    parent: 1,
    kind: 'tcp-connection',
    address: `tcp:10.0.0.1:${40_000 + id}`,
    ...over,
  });

function composerOn(...infos: SocketInfo[]) {
  const sockets = new Sockets();
  sockets.apply(update({ first: true, sockets: infos }));
  const engine = fakeEngine({ send: () => ({ targets: 1 }) });
  const composer = new Composer(engine, sockets, 1, new DraftDesk());
  return { sockets, engine, composer };
}

describe('sending', () => {
  test('sends the exact bytes of the preview and remembers the draft', async () => {
    const { engine, composer } = composerOn(connection);
    composer.edit({ text: 'AT', lineEnding: 'crlf' });
    await composer.send();
    expect(engine.calls).toEqual([
      {
        name: 'send',
        params: { socket: 1, target: { to: 'peer' }, bytes: new Uint8Array([65, 84, 13, 10]) },
      },
    ]);
    expect(composer.lastTargets).toBe(1);
    expect(composer.desk.history.map(({ text }) => text)).toEqual(['AT']);
    // What was sent stays in the editor: the next one is often nearly the same.
    expect(composer.desk.current.text).toBe('AT');
  });

  test('what the engine refuses is told, and is not in the history', async () => {
    const { engine, composer } = composerOn(connection);
    engine.handlers.send = () => Promise.reject(new Error('too large'));
    composer.edit({ text: 'x' });
    await composer.send();
    expect(composer.problem?.message).toBe('too large');
    expect([composer.desk.history.length, composer.sending]).toEqual([0, false]);
  });

  test('nothing is sent of what does not parse, nor of nothing over a stream', async () => {
    const { engine, composer } = composerOn(connection);
    await composer.send();
    composer.switchMode('hex');
    composer.edit({ text: '01 0' });
    await composer.send();
    expect(engine.calls).toEqual([]);
    expect(composer.canSend).toBe(false);
  });

  test('an empty datagram can be sent', async () => {
    const { engine, composer } = composerOn({ ...udp, remote: { host: '10.0.0.9', port: 1 } });
    await composer.send();
    expect(engine.calls).toHaveLength(1);
  });
});

describe('targets', () => {
  test('the first peer of a listener, then all, and a choice holds while others come', async () => {
    const { sockets, engine, composer } = composerOn(
      socketInfo({ id: 1, openChildren: 1 }),
      peer(2),
    );
    composer.edit({ text: 'x' });
    expect(composer.target).toMatchObject({ kind: 'peer', socket: 2, name: '10.0.0.1:40002' });
    const first = composer.target;
    if (first !== null) composer.choose(first);
    sockets.apply(update({ sockets: [socketInfo({ id: 1, openChildren: 2 }), peer(3)] }));
    expect(composer.target).toMatchObject({ socket: 2 });
    expect(composer.choices[0]).toEqual({ kind: 'all', socket: 1, count: 2 });
    await composer.send();
    expect(engine.calls[0]?.params).toMatchObject({ socket: 2, target: { to: 'peer' } });
  });

  test('those picked one by one, until only one is left or none', async () => {
    const { sockets, engine, composer } = composerOn(
      socketInfo({ id: 1, openChildren: 3 }),
      ...[2, 3, 4].map((id) => peer(id)),
    );
    composer.edit({ text: 'x' });
    composer.pick(2, true);
    composer.pick(4, true);
    expect(composer.target).toEqual({ kind: 'some', socket: 1, sockets: [2, 4] });
    await composer.send();
    expect(engine.calls[0]?.params).toMatchObject({
      socket: 1,
      target: { to: 'some', sockets: [2, 4] },
    });
    sockets.apply(update({ sockets: [{ ...peer(4), phase: 'closed' }] }));
    expect(composer.target).toMatchObject({ sockets: [2] });
    composer.pick(2, false);
    expect(composer.target).toMatchObject({ kind: 'all' });
  });

  test('of 10,000 peers 50 are listed', () => {
    const peers = Array.from({ length: 10_000 }, (_, n) => peer(n + 2));
    const { composer } = composerOn(socketInfo({ id: 1, openChildren: 10_000 }), ...peers);
    expect(composer.choices).toHaveLength(51);
  });

  test('a typed address needs a host and a port that can be', async () => {
    const { engine, composer } = composerOn(udp);
    composer.edit({ text: 'x' });
    expect(composer.target).toEqual({ kind: 'address', socket: 1 });
    composer.host = ' 10.0.0.7 ';
    for (const port of ['', '0', '65536', '12x', '-1']) {
      composer.port = port;
      expect([port, composer.canSend]).toEqual([port, false]);
    }
    composer.port = '5683';
    await composer.send();
    expect(engine.calls[0]?.params).toMatchObject({
      target: { to: 'address', host: '10.0.0.7', port: 5683 },
    });
    // It can be chosen again, the newest first and each once.
    for (const port of ['1', '5683']) {
      composer.port = port;
      await composer.send();
    }
    expect(composer.places.recent).toEqual([
      { host: '10.0.0.7', port: 5683 },
      { host: '10.0.0.7', port: 1 },
    ]);
  });
});

test.each([
  ['opening', { ...connection, phase: 'opening' }, 'opening'],
  ['closed', { ...connection, phase: 'closed' }, 'closed'],
  ['ended by us', { ...connection, ended: true }, 'ended'],
  ['a listener with nobody', socketInfo({ id: 1 }), 'no-peers'],
  ['a capture', socketInfo({ id: 1, kind: 'capture-file' }), 'read-only'],
  ['open', connection, null],
  ['half-closed by the peer', { ...connection, peerEnded: true }, null],
] as const)('%s', (_, info, block) => {
  const { composer } = composerOn(info);
  composer.edit({ text: 'x' });
  expect([composer.block, composer.canSend]).toEqual([block, block === null]);
});

describe('writing', () => {
  test('switching there and back gives what was typed, comments and all', () => {
    const { composer } = composerOn(connection);
    composer.switchMode('hex');
    composer.edit({ text: '41 42 // greeting' });
    composer.switchMode('text');
    expect(composer.desk.current).toMatchObject({ mode: 'text', text: 'AB' });
    composer.switchMode('hex');
    expect(composer.desk.current.text).toBe('41 42 // greeting');
    composer.switchMode('text');
    composer.edit({ text: 'ABC' });
    composer.switchMode('hex');
    expect(composer.desk.current.text).toBe('41 42 43');
  });

  test('what cannot be switched stays and says why, until it is edited', () => {
    const { composer } = composerOn(connection);
    composer.edit({ escapes: false });
    composer.switchMode('hex');
    composer.edit({ text: 'FF' });
    composer.switchMode('text');
    expect(composer.desk.current).toMatchObject({ mode: 'hex', text: 'FF' });
    expect(composer.switchError).toMatchObject({ code: 'not-utf8', at: 0 });
    composer.edit({ text: 'F' });
    expect(composer.switchError).toBeNull();
  });

  test('undo goes back by words, and to what a payload took the place of', () => {
    const desk = new DraftDesk();
    const type = (text: string) => {
      for (const letter of text) desk.edit({ text: desk.current.text + letter });
    };
    type('one two');
    desk.edit({ variables: { me: 'a' } });
    desk.recall({ mode: 'hex', text: '01 02', lineEnding: 'none', escapes: true });
    desk.edit({ text: '01 02 03' });
    const seen = [];
    while (desk.undo()) seen.push(desk.current.text);
    expect(seen).toEqual(['01 02', 'one two', 'one ', '']);
    expect(desk.redo() && desk.redo()).toBe(true);
    expect(desk.current).toMatchObject({ mode: 'text', text: 'one two', variables: { me: 'a' } });
    type('!');
    expect([desk.redo(), desk.current.text]).toEqual([false, 'one two!']);
    // What an input method shows while it composes is one step.
    desk.compose(true);
    for (const text of ['n', 'ni', '\u4f60']) desk.edit({ text });
    desk.compose(false);
    expect([desk.undo(), desk.current.text]).toEqual([true, 'one two!']);
  });

  test('the cursor follows what undo changed', () => {
    const cases = [
      ['a b', 'a XY b'],
      ['a XY b', 'a b'],
      ['aaa', 'aaaa'],
      ['', 'new'],
    ] as const;
    expect(cases.map(([now, next]) => changed(now, next))).toEqual([
      { from: 2, to: 5 },
      { from: 2, to: 2 },
      { from: 3, to: 4 },
      { from: 0, to: 3 },
    ]);
  });

  test('the history has each once, the newest first, at most 200, and leads back to the draft', () => {
    const desk = new DraftDesk();
    const draft = (text: string) => ({ ...desk.current, text });
    for (let n = 0; n < 250; n++) desk.sent(draft(`n${n}`));
    desk.sent(draft('n100'));
    expect([desk.history.length, desk.history[0]?.text, desk.history[1]?.text]).toEqual([
      200,
      'n100',
      'n249',
    ]);
    desk.edit({ text: 'unsent' });
    expect([desk.newer(), desk.older(), desk.older()]).toEqual([false, true, true]);
    expect(desk.current.text).toBe('n249');
    expect([desk.newer(), desk.newer(), desk.newer()]).toEqual([true, true, false]);
    expect(desk.current.text).toBe('unsent');
    for (let n = 0; n < 200; n++) desk.older();
    expect(desk.older()).toBe(false);
  });
});
