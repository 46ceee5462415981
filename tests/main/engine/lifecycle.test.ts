import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { Engine } from '../../../src-main/engine/engine';
import { within } from '../../support/deadline';
import { turnClock } from '../../support/turn-clock';

const ORDER = ['opening', 'open', 'closing', 'closed'];

const ACTIONS = [
  'wait',
  'send',
  'end',
  'reset',
  'close',
  'wait',
  'peer-end',
  'peer-reset',
  'peer-send',
  'pause',
  'resume',
  'stop-accepting',
  'accept-again',
];

async function peerServer(): Promise<{ server: Server; port: number; peers: Socket[] }> {
  const peers: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    peers.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of peers) peer.destroy();
    server.close();
  });
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0, peers };
}

test(
  'whatever is done in whatever order: phases go forward and each socket ends once',
  { timeout: 60_000 },
  async () => {
    const { port, peers } = await peerServer();
    const address = fc.constantFrom(
      `tcp:127.0.0.1:${port}`,
      `tcp:127.0.0.1:${port},half-open`,
      `tcp:localhost:${port}`,
      'tcp:127.0.0.1:1',
      'tcp:no-such-host.invalid:1',
      'tcp-listen:127.0.0.1:0',
      'tcp-listen:192.0.2.1:0',
      'udp-listen:0',
      `udp:localhost:${port}`,
      `tcp:127.0.0.1:${port},reconnect=1ms`,
      'tcp:127.0.0.1:1,reconnect=1ms,reconnect-limit=2',
      'tcp-listen:192.0.2.1:0,reconnect=1ms,reconnect-limit=2',
      'tcp-listen:127.0.0.1:0,paused,idle-timeout=1ms,idle-action=close',
    );
    const actions = fc.array(fc.constantFrom(...ACTIONS), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(address, actions, async (text, todo) => {
        const told = new Map<number, SocketInfo[]>();
        let settled = () => undefined as void;
        const engine = new Engine({
          observer: {
            socket: (info) => {
              told.set(info.id, [...(told.get(info.id) ?? []), info]);
              if (info.phase !== 'opening') settled();
            },
          },
        });
        const opened = new Promise<void>((resolve) => (settled = resolve));
        const socket = engine.open(text, { record: 'none' });
        for (const action of todo) {
          if (action === 'wait') await within(opened, 'end of opening');
          else await act(engine, socket, action, peers.at(-1));
        }
        // Or each connection that is open would be waited for.
        for (const peer of peers.splice(0)) peer.end();
        const took = turnClock();
        await within(engine.close(), 'end of the engine');
        // More would mean that one did not end by itself and was destroyed.
        expect(took()).toBeLessThan(1690);
        for (const infos of told.values()) {
          const phases = infos.map(({ phase }) => ORDER.indexOf(phase));
          expect(phases).toEqual([...phases].sort((a, b) => a - b));
          expect(phases.filter((phase) => phase === 3)).toHaveLength(1);
          expect(infos.at(-1)?.phase).toBe('closed');
        }
        expect(engine.socketInfo(socket).openChildren).toBe(0);
      }),
      { numRuns: 100 },
    );
  },
);

async function act(engine: Engine, socket: number, action: string, peer: Socket | undefined) {
  const refused = (error: unknown) => {
    expect(error).toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
  };
  switch (action) {
    case 'send': {
      const bytes = new Uint8Array(100_000);
      await engine
        .command('send', { socket, target: { to: 'all' }, bytes: bytes.slice(0, 1000) })
        .catch(refused);
      await engine
        .command('send', { socket, target: { to: 'peer' }, bytes })
        .catch((error: unknown) => {
          expect(['ERR_NOT_POSSIBLE', 'EMSGSIZE']).toContain(Reflect.get(Object(error), 'code'));
        });
      return;
    }
    case 'end':
    case 'reset':
    case 'close':
      await engine.command(action, { socket }).catch(refused);
      return;
    case 'pause':
    case 'resume':
      await engine.command('pauseReading', { socket, paused: action === 'pause' }).catch(refused);
      return;
    case 'stop-accepting':
    case 'accept-again':
      await engine
        .command('setAccepting', { socket, accepting: action === 'accept-again' })
        .catch(refused);
      return;
    case 'peer-end':
      peer?.end();
      return;
    case 'peer-reset':
      peer?.resetAndDestroy();
      return;
    case 'peer-send':
      if (peer?.writable) peer.write('from the peer');
      return;
    default:
      throw new Error(action);
  }
}
