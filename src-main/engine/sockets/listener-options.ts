import type { Server } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import { formatTime } from '../../../src-shared/address/quantity';
import type { OptionReading } from '../../../src-shared/contract/control-commands';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { descriptorOf, oneOption, readOptions } from './option-readings';
import { idleLimit } from './idle-watch';
import { KEEPALIVE_MS } from './tcp-dial';
import type { Trace } from './trace';

/** Connections that wait to be accepted; the system may allow fewer (listen(2)). */
const BACKLOG = 511;

/** What can be set while it listens; all but the first four concern the connections to come. */
const LIVE: readonly (keyof AddressOptions)[] = [
  'maxClients',
  'block',
  'onAccept',
  'greeting',
  'nodelay',
  'keepaliveMs',
  'halfOpen',
  'paused',
  'idleTimeoutMs',
  'idleAction',
  'idleDirection',
  'sendRateBytes',
];

/** The option, understood; null: not one that can be set on an open listener. */
export function liveListenerOption(
  { kind }: Address,
  option: string,
  value: string | null,
): AddressOptions | null {
  const set = oneOption(kind, option, value);
  const names = Object.keys(set);
  return LIVE.some((name) => names.includes(name)) ? set : null;
}

export function backlogOf({ backlog = BACKLOG }: AddressOptions): number {
  return backlog;
}

/** The silence that its connections to come may have; a listener itself is never silent. */
export function idleToCome(asked: AddressOptions): SocketInfo['idle'] {
  const limit = idleLimit(asked);
  return limit && { ...limit, deadlineAt: null, silentSince: null };
}

export function listenerOptions(
  { path, options }: Address,
  server: Server | null,
): OptionReading[] {
  const open = server?.listening === true;
  const { nodelay = false, keepaliveMs = KEEPALIVE_MS, v6only, reusePort } = options;
  const where = path === null ? 'tcp' : 'local';
  const effective = {
    TCP_NODELAY: nodelay ? 'on' : 'off',
    'SO_KEEPALIVE, TCP_KEEPIDLE': keepaliveMs === false ? 'off' : formatTime(keepaliveMs),
    // libuv sets it on every TCP listener but those of Windows (uv__tcp_bind).
    SO_REUSEADDR: process.platform === 'win32' ? null : 'on',
    SO_REUSEPORT: reusePort === true ? 'on' : null,
    IPV6_V6ONLY: v6only === undefined ? null : v6only ? 'on' : 'off',
    backlog: String(backlogOf(options)),
    O_NONBLOCK: 'on',
    fileno: descriptorOf(server),
  };
  return readOptions({ holder: 'listener', where, open, asked: options }, open ? effective : {});
}

/** What Node does when it listens, as a program of one's own would. */
export function traceListening(
  trace: Trace,
  { options, path }: Address,
  local: { host: string; port: number } | null,
): void {
  if (local) {
    const family = local.host.includes(':') ? 'AF_INET6' : 'AF_INET';
    trace.call('socket', `${family}, SOCK_STREAM, IPPROTO_TCP`, 'fd');
    if (process.platform !== 'win32') trace.call('setsockopt', 'fd, SOL_SOCKET, SO_REUSEADDR, 1');
    if (options.reusePort === true) trace.call('setsockopt', 'fd, SOL_SOCKET, SO_REUSEPORT, 1');
    if (options.v6only !== undefined)
      trace.call('setsockopt', `fd, IPPROTO_IPV6, IPV6_V6ONLY, ${options.v6only ? 1 : 0}`);
    trace.call('bind', `fd, ${local.host} port ${local.port}`);
  } else {
    trace.call('socket', 'AF_UNIX, SOCK_STREAM, 0', 'fd');
    trace.call('bind', `fd, "${path ?? ''}"`);
    if (options.mode !== undefined)
      trace.call('chmod', `"${path ?? ''}", 0${options.mode.toString(8)}`);
  }
  trace.call('listen', `fd, ${backlogOf(options)}`);
}
