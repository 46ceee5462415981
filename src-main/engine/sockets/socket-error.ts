import type { SocketError } from '../../../src-shared/contract/socket';
import { reasonIn } from '../../../src-shared/refusal/refusal';

/** The bounds of the contract's `socketError`. */
const MAX_CODE = 64;
const MAX_MESSAGE = 2000;

/**
 * Plain data of anything thrown: Node's own code, errno and syscall where it has them. Of several
 * connect attempts to one name the last decides, and the message lists each (Node docs:
 * `AggregateError` of `net.connect` with `autoSelectFamily`).
 */
export function toSocketError(thrown: unknown): SocketError {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    const each = thrown.errors.map(toSocketError);
    const last = each.at(-1);
    const message = each.map((error) => error.message).join('; ');
    if (last) return { ...last, message: message.slice(0, MAX_MESSAGE) };
  }
  if (!(thrown instanceof Error))
    return { code: 'ERR_UNKNOWN', message: String(thrown).slice(0, MAX_MESSAGE) };
  const error: SocketError = {
    code: stringIn(thrown, 'code')?.slice(0, MAX_CODE) ?? 'ERR_UNKNOWN',
    message: thrown.message.slice(0, MAX_MESSAGE),
    ...reasonIn(thrown),
  };
  if ('errno' in thrown && Number.isInteger(thrown.errno)) error.errno = Number(thrown.errno);
  const syscall = stringIn(thrown, 'syscall');
  if (syscall !== null) error.syscall = syscall.slice(0, MAX_CODE);
  return error;
}

function stringIn(error: Error, key: 'code' | 'syscall'): string | null {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : null;
}
