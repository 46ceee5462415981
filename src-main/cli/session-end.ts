import type { SocketId } from '../../src-shared/contract/socket';
import type { Engine } from '../engine/engine';
import { aboutAddress } from './error-about';
import { endText } from './outcome';
import type { Outcome } from './outcome';
import type { Printer } from './printer';
import type { Console, SessionOptions } from './session-options';
import { certificateLines } from './tls-error-text';

interface Ended {
  engine: Engine;
  root: SocketId;
  printer: Printer;
  console: Console;
  address: SessionOptions['address'];
}

/** Says why a session ended, when that was not in good order. */
export async function tellEnd(
  { engine, root, printer, console, address }: Ended,
  outcome: Outcome,
): Promise<void> {
  const doing = address.kind.endsWith('-listen') ? 'listen' : 'connect';
  if (outcome.reason === 'closed' && outcome.error)
    printer.problem(outcome.error, aboutAddress(address, doing), await refused(engine, root));
  const text = endText(outcome);
  if (text !== null) console.tell(`wirebench: ${text}`);
}

/** Of a TLS peer that was refused: the certificate it showed. */
async function refused(engine: Engine, root: SocketId): Promise<readonly string[]> {
  if (engine.socketInfo(root).tls?.state !== 'failed') return [];
  const { peer } = await engine.command('tlsDetails', { socket: root });
  return peer[0] ? certificateLines(peer[0]) : [];
}
