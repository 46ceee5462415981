import type { Engine } from '../engine/engine';
import type { Printer } from './printer';

/** So many sockets are told of; each connection is one. */
const MAX_TRACED = 100;

/** The calls of the sockets that are still known, those of the root first, and of TLS its messages. */
export async function tellCalls(engine: Engine, printer: Printer): Promise<void> {
  const sockets = [...engine.registry.all()].slice(0, MAX_TRACED);
  for (const { id, address, kind, tls } of sockets) {
    const { calls, dropped } = await engine.command('calls', { socket: id });
    if (calls.length > 0) printer.calls(id, address, calls, dropped);
    if (tls === null || kind === 'tcp-listener' || kind === 'dialer') continue;
    const { handshake } = await engine.command('tlsDetails', { socket: id });
    if (handshake.length > 0) printer.handshake(id, address, handshake);
  }
}
