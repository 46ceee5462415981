import { isListener } from '../../../src-shared/contract/socket-words';
import type { SocketId } from '../../../src-shared/contract/socket';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SendTo } from '../../../src-shared/contract/send-target';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { BaseSocket } from './base-socket';

/** Where sockets are found. */
export interface Known {
  get(id: SocketId): BaseSocket;
  all(): IterableIterator<BaseSocket>;
}

/** One socket that takes it, and what it is told. */
interface OneTarget {
  readonly socket: BaseSocket;
  readonly target: SendTarget;
}

/** To how many it went. Throws a `CommandError` when it can go to nobody. */
export function sendTo(
  known: Known,
  id: SocketId,
  target: SendTo,
  bytes: Uint8Array,
): number | Promise<number> {
  const socket = known.get(id);
  if (target.to !== 'some') return socket.send(target, bytes);
  const chosen = chosenOf(known, socket, target.sockets).filter(takes);
  if (chosen.length === 0) throw new CommandError('ERR_NOT_POSSIBLE', refusal('none-chosen-left'));
  for (const one of chosen) void one.send({ to: 'peer' }, bytes);
  return chosen.length;
}

/**
 * Those there are now, each by itself: who connects later, and the connection that is dialled when
 * this one breaks, would get what is sent from its middle. Throws a `CommandError` for none.
 */
export function targetsOf(known: Known, id: SocketId, target: SendTo): OneTarget[] {
  const socket = known.get(id);
  const many = isListener(socket.kind) || (socket.kind === 'udp-socket' && socket.remote === null);
  const open = spread(known, socket, target, many).filter((one) => takes(one.socket));
  if (open.length > 0) return open;
  const { kind, phase } = socket;
  throw new CommandError('ERR_NOT_POSSIBLE', refusal('nobody-for-file', { id, kind, phase }));
}

function spread(known: Known, socket: BaseSocket, target: SendTo, many: boolean): OneTarget[] {
  const eachOf = (sockets: BaseSocket[]): OneTarget[] =>
    sockets.map((one) => ({ socket: one, target: { to: 'peer' } }));
  if (target.to === 'some') return eachOf(chosenOf(known, socket, target.sockets));
  if (socket.kind === 'dialer' || (target.to === 'all' && many))
    return eachOf([...known.all()].filter((one) => one.parent === socket));
  return [{ socket, target }];
}

/** Of others than its own nothing is known here: they are left out like those that are gone. */
function chosenOf(known: Known, socket: BaseSocket, ids: readonly SocketId[]): BaseSocket[] {
  const chosen = new Set(ids);
  return [...known.all()].filter((one) => one.parent === socket && chosen.has(one.id));
}

function takes({ phase, ended }: BaseSocket): boolean {
  return phase === 'open' && !ended;
}
