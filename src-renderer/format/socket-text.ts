import { formatAddress, parseAddress } from '../../src-shared/address/address';
import type { SocketInfo } from '../../src-shared/contract/socket';
import { isConnection } from '../../src-shared/contract/socket-words';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { showEndpoint } from './endpoints';
import { clockTime, upTime } from './times';

/** How a socket is, in one word and one colour. */
export interface Condition {
  /** `idle`: nothing wrong, but over. */
  tone: 'open' | 'busy' | 'half' | 'idle' | 'failed';
  word: string;
}

export function conditionOf(info: SocketInfo): Condition {
  switch (info.phase) {
    case 'opening':
      return { tone: 'busy', word: m.word_opening() };
    case 'closing':
      return { tone: 'busy', word: m.word_closing() };
    case 'closed':
      return info.error === null
        ? { tone: 'idle', word: m.word_closed() }
        : { tone: 'failed', word: m.word_failed() };
    case 'open':
      if (info.ended || info.peerEnded) return { tone: 'half', word: m.word_half() };
      // Between two connections a dialer has nobody to talk to.
      if (info.kind === 'dialer' && info.openChildren === 0)
        return { tone: 'busy', word: m.word_reconnecting() };
      return { tone: 'open', word: openWord(info) };
    default:
      return info.phase satisfies never;
  }
}

function openWord({ kind }: SocketInfo): string {
  switch (kind) {
    case 'tcp-listener':
    case 'local-listener':
      return m.word_listening();
    case 'tcp-connection':
    case 'local-connection':
    case 'dialer':
      return m.word_connected();
    case 'udp-socket':
      return m.word_bound();
    case 'udp-peer':
      return m.word_peer();
    case 'capture-file':
      return m.word_file();
    default:
      return kind satisfies never;
  }
}

/** What a socket is called in the tree and on its tab: short, with the port it really has. */
export function socketName(info: SocketInfo): string {
  const name = plainText(givenName(info));
  return info.pair?.dialled === true ? `→ ${name}` : name;
}

function givenName(info: SocketInfo): string {
  if (info.kind === 'capture-file') return fileName(info.capture?.file ?? info.address);
  const parsed = parseAddress(info.address);
  if (info.parent !== null) {
    if (info.remote !== null) return isCaptured(info) ? bothEnds(info) : showEndpoint(info.remote);
    return info.address.replace(/^[a-z0-9-]+:/, '');
  }
  if (!parsed.ok) return info.address;
  const { address } = parsed;
  const port = address.port === 0 && info.local !== null ? info.local.port : address.port;
  return formatAddress({ ...address, port, options: {} });
}

/** A connection or peer found in a capture: over before it was ever here. Of a relay's it is known which is whose. */
function isCaptured({ parent, phase, openedAt, error, pair }: SocketInfo): boolean {
  const isOver = phase === 'closed' && openedAt === null && error === null;
  return parent !== null && isOver && pair === undefined;
}

/** In a capture of others many have the same remote: all clients of a server. */
function bothEnds({ local, remote }: SocketInfo): string {
  return [local, remote].flatMap((end) => (end === null ? [] : [showEndpoint(end)])).join(' – ');
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

/** One sentence: what it does, with whom, or why no more. `now` in epoch ms. */
export function stateSentence(info: SocketInfo): string {
  switch (info.phase) {
    case 'opening':
      return openingSentence(info);
    case 'open':
      return openSentence(info);
    case 'closing':
      return m.st_closing({ name: socketName(info) });
    case 'closed':
      return closedSentence(info);
    default:
      return info.phase satisfies never;
  }
}

function openingSentence(info: SocketInfo): string {
  if (info.kind === 'dialer' && info.reconnect !== null && info.reconnect.nextAt !== null)
    return m.st_dialer_waits({ address: socketName(info) });
  const address = socketName(info).replace(/^[a-z0-9-]+:/, '');
  switch (info.step) {
    case 'resolving':
      return m.st_resolving({ host: address.replace(/:\d+$/, '') });
    case 'connecting':
      return m.st_connecting({
        address: info.remote === null ? address : showEndpoint(info.remote),
      });
    case 'securing':
      return m.st_securing({
        address: info.remote === null ? address : showEndpoint(info.remote),
      });
    case 'reading': {
      const percent = String(Math.floor((info.capture?.progress ?? 0) * 100));
      return m.st_reading({ file: socketName(info), percent });
    }
    case 'binding':
    case null:
      return m.st_binding({ address });
    default:
      return info.step satisfies never;
  }
}

function openSentence(info: SocketInfo): string {
  const local = info.local === null ? '' : showEndpoint(info.local);
  const remote = info.remote === null ? '' : showEndpoint(info.remote);
  switch (info.kind) {
    case 'tcp-listener':
      return m.st_listening({ local });
    case 'tcp-connection':
      if (info.connectMs === null) return m.st_accepted({ remote, local });
      return m.st_connected({ remote, ms: showMs(info.connectMs) });
    case 'local-listener':
      return m.st_listening({ local: placeOf(info) });
    case 'local-connection':
      return info.connectMs === null
        ? m.st_accepted_local({ name: socketName(info), path: plainText(info.path ?? '') })
        : m.st_connected({ remote: placeOf(info), ms: showMs(info.connectMs) });
    case 'dialer':
      return info.openChildren > 0
        ? m.st_dialer({ address: socketName(info) })
        : m.st_dialer_waits({ address: socketName(info) });
    case 'udp-socket':
      return remote === '' ? m.st_bound({ local }) : m.st_bound_to({ local, remote });
    case 'udp-peer':
      return m.st_peer({ remote: remote === '' ? socketName(info) : remote });
    case 'capture-file':
      return m.st_file({ file: socketName(info) });
    default:
      return info.kind satisfies never;
  }
}

/** The path of a local socket. */
function placeOf(info: SocketInfo): string {
  return info.path === null ? socketName(info) : plainText(info.path);
}

function closedSentence({ error, openedAt, closedAt }: SocketInfo): string {
  if (openedAt === null) return error === null ? m.st_closed() : m.st_failed();
  if (closedAt === null) return m.st_closed();
  const time = clockTime(closedAt, { microseconds: false });
  if (error !== null) return m.st_broke({ code: error.code, time });
  return m.st_closed_at({ time, duration: upTime(closedAt - openedAt) });
}

/** Half-closed, in words; null when it is not. */
export function halfSentence(info: SocketInfo): string | null {
  if (!isConnection(info.kind) || info.phase !== 'open') return null;
  if (info.peerEnded) return m.st_peer_ended();
  return info.ended ? m.st_ended() : null;
}

/** `0.4` below ten, whole above: a loopback connect takes less than 1 ms. */
export function showMs(ms: number): string {
  return ms < 10 ? String(Math.max(0.1, Math.round(ms * 10) / 10)) : String(Math.round(ms));
}
