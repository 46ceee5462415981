import { counted } from '../../src-shared/counted';
import type { TlsMessage } from '../../src-shared/contract/tls';
import type { Call } from '../../src-shared/contract/control-commands';
import { isoOfMs } from '../engine/export/json-line';

/** `12:00:00.123 connect(fd, 127.0.0.1 port 80) = 0, 0.21 ms`. */
export function callLine({ at, call, arguments: given, result, error, count, ms }: Call): string {
  const outcome = error ? `-1 ${error.code}` : (result ?? '(not over)');
  const times = count === 1 ? '' : ` (${count} calls)`;
  const took = ms === null ? '' : `, ${ms.toFixed(2)} ms`;
  const time = isoOfMs(at).slice(11, 23);
  return `${time} ${call}(${given}) = ${outcome}${times}${took}`;
}

/** `-> ClientHello 517 bytes 0.412 ms`, and below it what it offers. */
export function handshakeLines(messages: readonly TlsMessage[]): string[] {
  return messages.flatMap(({ direction, name, bytes, ms, facts }) => [
    `  ${direction === 'out' ? '->' : '<-'} ${name} ${counted(bytes, 'byte')} ${ms.toFixed(3)} ms`,
    ...facts.map((fact) => `       ${fact.name} ${fact.value}`.trimEnd()),
  ]);
}
