import type { Address } from '../../../src-shared/address/address';
import type { ResultOf } from '../../../src-shared/contract/engine';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import type { Descriptors } from './descriptors';
import { plainHost } from './endpoint';
import { LocalDial } from './local-dial';
import { Dial } from './tcp-dial';

/** One connect attempt, closed again at once. Never rejects for what the network says. */
export function probe(address: Address, descriptors: Descriptors): Promise<ResultOf<'probe'>> {
  const local = address.path !== null;
  if (!['tcp', 'unix', 'pipe'].includes(address.kind))
    throw new CommandError('ERR_BAD_ADDRESS', 'What can be probed is tcp:HOST:PORT or unix:PATH');
  if (!descriptors.take(1))
    return Promise.resolve({ ms: 0, error: descriptors.exhausted('connect'), remote: null });
  const startedAt = epochMs(now());
  return new Promise((done) => {
    const Dialling = local ? LocalDial : Dial;
    const dial = new Dialling(address, {
      step: () => undefined,
      connected: (socket, ms) => {
        descriptors.release(1);
        const host = plainHost(socket.remoteAddress ?? '');
        const remote = local ? null : { host, port: address.port };
        // Its outcome was told: what becomes of it while closing is nobody's business.
        socket.on('error', () => undefined);
        socket.destroy();
        done({ ms, error: null, remote });
      },
      failed: (error, remote) => {
        descriptors.release(1);
        done({ ms: epochMs(now()) - startedAt, error, remote });
      },
    });
    dial.start();
  });
}
