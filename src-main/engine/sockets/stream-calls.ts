import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { Call } from '../../../src-shared/contract/control-commands';
import { endpointText } from './endpoint';
import type { BaseSocket } from './base-socket';
import { KEEPALIVE_MS } from './tcp-dial';
import { foldedCalls, madeCall } from './trace';

/** A stream whose calls are told. */
export type TracedStream = BaseSocket & {
  readonly dialled: boolean;
  readonly wiredAt: number | null;
  readonly endedAt: number | null;
};

/**
 * The calls that its state tells of, so that nothing need be kept while it lives: `accept` and the
 * options set then, what was sent and received, `shutdown`, `close`.
 */
export function streamCalls(of: TracedStream, options: AddressOptions): Call[] {
  const { wiredAt, openedAt, endedAt, closedAt, ledger, path, remote } = of;
  if (wiredAt === null) return [];
  const peer = remote ? endpointText(remote) : of.address;
  const set = path === null ? optionArguments(options) : [];
  const accepted = of.dialled ? [] : [madeCall('accept', 'listening fd', `fd, ${peer}`, wiredAt)];
  return [
    ...accepted,
    ...set.map((args) => madeCall('setsockopt', args, '0', wiredAt)),
    ...foldedCalls(ledger, openedAt ?? wiredAt),
    ...(endedAt === null ? [] : [madeCall('shutdown', 'fd, SHUT_WR', '0', endedAt)]),
    ...(closedAt === null ? [] : [madeCall('close', 'fd', '0', closedAt)]),
  ];
}

/** As Node sets them on each connection (`streamOptions`). */
function optionArguments({
  nodelay = false,
  keepaliveMs = KEEPALIVE_MS,
}: AddressOptions): string[] {
  const delay = nodelay ? ['fd, IPPROTO_TCP, TCP_NODELAY, 1'] : [];
  return [...delay, ...(keepaliveMs === false ? [] : keepaliveArguments(keepaliveMs))];
}

export function keepaliveArguments(keepaliveMs: number | false): string[] {
  if (keepaliveMs === false) return ['fd, SOL_SOCKET, SO_KEEPALIVE, 0'];
  const seconds = Math.floor(keepaliveMs / 1000);
  return ['fd, SOL_SOCKET, SO_KEEPALIVE, 1', `fd, IPPROTO_TCP, TCP_KEEPIDLE, ${seconds}`];
}
