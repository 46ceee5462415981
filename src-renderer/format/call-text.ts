import type { Call } from '../../src-shared/contract/control-commands';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { errorFigures } from './event-text';
import { clockTime } from './times';

/** What the call does, for whom it is the first time. */
export function callExplanation(name: Call['call']): string {
  switch (name) {
    case 'socket':
      return m.call_socket();
    case 'setsockopt':
      return m.call_setsockopt();
    case 'getsockopt':
      return m.call_getsockopt();
    case 'bind':
      return m.call_bind();
    case 'listen':
      return m.call_listen();
    case 'accept':
      return m.call_accept();
    case 'connect':
      return m.call_connect();
    case 'getaddrinfo':
      return m.call_getaddrinfo();
    case 'getsockname':
      return m.call_getsockname();
    case 'getpeername':
      return m.call_getpeername();
    case 'send':
      return m.call_send();
    case 'recv':
      return m.call_recv();
    case 'sendto':
      return m.call_sendto();
    case 'recvfrom':
      return m.call_recvfrom();
    case 'shutdown':
      return m.call_shutdown();
    case 'close':
      return m.call_close();
    case 'unlink':
      return m.call_unlink();
    case 'chmod':
      return m.call_chmod();
    case 'SSL_connect':
      return m.call_ssl_connect();
    case 'SSL_accept':
      return m.call_ssl_accept();
    default:
      return name satisfies never;
  }
}

/** `connect(3, 10.0.0.1:502)`, and `× 12` when it stands for several. */
export function callHead({ call, arguments: given, count }: Call): string {
  return `${call}(${plainText(given)})${count === 1 ? '' : ` × ${count}`}`;
}

/** `= 12`, or the errno. */
export function callResult({ result, error, count, bytes }: Call): string {
  if (error !== null) return `= -1 ${errorFigures(error)}`;
  if (count > 1) return `= ${m.call_bytes({ count: bytes })}`;
  return result === null ? m.call_pending() : `= ${plainText(result)}`;
}

/** The trace as text, a line a call, as strace would show it. */
export function callsText(calls: readonly Call[]): string {
  return calls
    .map((one) => {
      const took = one.ms === null ? '' : ` <${one.ms.toFixed(1)} ms>`;
      return `${clockTime(one.at, { microseconds: true })} ${callHead(one)} ${callResult(one)}${took}`;
    })
    .join('\n');
}
