import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { ResultOf } from '../../../src-shared/contract/engine';
import type { Endpoint } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import type { SecretResolver } from '../secrets';
import type { Descriptors } from './descriptors';
import { DialOpening } from './dial-opening';
import { plainHost } from './endpoint';
import { TlsLink } from './tls-link';
import type { TlsSetup } from './tls-setup';

/** What a probe needs of its engine. */
interface Prober {
  readonly descriptors: Descriptors;
  readonly secrets: SecretResolver;
}

type Probed = ResultOf<'probe'>;

/**
 * One connect attempt, with TLS its handshake too, closed again at once. Never rejects for what the
 * network says.
 */
export function probe(address: Address, { descriptors, secrets }: Prober): Promise<Probed> {
  const local = address.path !== null;
  if (!['tcp', 'tls', 'unix', 'pipe'].includes(address.kind))
    throw new CommandError(
      'ERR_BAD_ADDRESS',
      'What can be probed is tcp:HOST:PORT, tls:HOST:PORT or unix:PATH',
    );
  if (!descriptors.take(1))
    return Promise.resolve({ ms: 0, error: descriptors.exhausted('connect'), remote: null });
  const startedAt = epochMs(now());
  return new Promise((resolve) => {
    const done = (probed: Probed) => {
      descriptors.release(1);
      resolve(probed);
    };
    const opening = new DialOpening(address, secrets, {
      step: () => undefined,
      connected: (socket, ms) => {
        // Its outcome is told: what becomes of it while closing is nobody's business.
        socket.on('error', () => undefined);
        const host = plainHost(socket.remoteAddress ?? '');
        const remote = local ? null : { host, port: address.port };
        if (opening.tlsSetup) shake(socket, opening.tlsSetup, { ms, remote }, done);
        else {
          socket.destroy();
          done({ ms, error: null, remote });
        }
      },
      failed: (error, remote) => {
        done({ ms: epochMs(now()) - startedAt, error, remote });
      },
    });
    opening.start();
  });
}

/** The handshake on a connection that stands. */
function shake(
  socket: Socket,
  setup: TlsSetup,
  connected: { ms: number; remote: Endpoint | null },
  done: (probed: Probed) => void,
): void {
  const link = new TlsLink(socket, setup, {
    secured: () => {
      done({ ...connected, error: null, tls: link.details() });
      link.stream.destroy();
    },
    failed: (error) => {
      done({ ...connected, error, tls: link.details() });
    },
    broken: () => undefined,
    truncated: () => undefined,
    stray: () => undefined,
    // A key log that cannot be written is no reason to call the peer out of reach.
    fault: () => undefined,
  });
}
