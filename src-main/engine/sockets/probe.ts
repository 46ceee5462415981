import type { Address } from '../../../src-shared/address/address';
import type { ResultOf } from '../../../src-shared/contract/engine';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import type { Descriptors } from './descriptors';
import { plainHost } from './endpoint';
import { Dial } from './tcp-dial';

/** One TCP connect attempt, closed again at once. Never rejects for what the network says. */
export function probe(address: Address, descriptors: Descriptors): Promise<ResultOf<'probe'>> {
  if (address.kind !== 'tcp')
    throw new CommandError('ERR_BAD_ADDRESS', 'Only tcp addresses can be probed: tcp:HOST:PORT');
  if (!descriptors.take(1))
    return Promise.resolve({ ms: 0, error: descriptors.exhausted('connect'), remote: null });
  const startedAt = epochMs(now());
  return new Promise((done) => {
    const dial = new Dial(address, {
      step: () => undefined,
      connected: (socket, ms) => {
        descriptors.release(1);
        const remote = { host: plainHost(socket.remoteAddress ?? ''), port: address.port };
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
