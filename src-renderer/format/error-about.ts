import { type Address, formatAddress, parseAddress } from '../../src-shared/address/address';
import type { AppInfo } from '../../src-shared/contract/app-info';
import type {
  CaptureState,
  Endpoint,
  SocketError,
  SocketInfo,
} from '../../src-shared/contract/socket';
import { isConnection, isListener } from '../../src-shared/contract/socket-words';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { showEndpoint } from './endpoints';
import { errorText } from './error-text';
import type { Doing, ErrorAbout, ErrorText } from './error-words';

type Platform = AppInfo['platform'] | null;

/** What is known about the socket an error befell. */
export function aboutSocket(of: SocketInfo, error: SocketError, platform: Platform): ErrorAbout {
  const parsed = parseAddress(of.address);
  const asked = parsed.ok ? parsed.address : null;
  const doing = doingOf(of, error);
  const at = doing === 'listen' ? of.local : of.remote;
  const host = at?.host ?? asked?.host ?? null;
  const port = at?.port ?? asked?.port ?? null;
  const local = of.path !== null;
  return {
    doing,
    host,
    port,
    address: local ? of.path : placeText(of, host, port),
    datagrams: of.kind === 'udp-socket' || of.kind === 'udp-peer',
    local,
    platform,
  };
}

function placeText(of: SocketInfo, host: string | null, port: number | null): string {
  return host === null || port === null ? of.address : showEndpoint({ host, port });
}

/** An address that could not even be tried, such as a command that was rejected. */
export function aboutAddress(address: string, platform: Platform): ErrorAbout {
  return {
    doing: 'command',
    address,
    host: null,
    port: null,
    datagrams: false,
    local: false,
    platform,
  };
}

/** An address that was dialled, and where that led to; null: it was found nowhere. */
export function aboutDial(of: Address, remote: Endpoint | null, platform: Platform): ErrorAbout {
  const host = remote?.host ?? of.host;
  const port = of.path === null ? of.port : null;
  const place = host === null || port === null ? formatAddress(of) : showEndpoint({ host, port });
  return {
    doing: 'connect',
    host,
    port,
    address: of.path ?? place,
    datagrams: false,
    local: of.path !== null,
    platform,
  };
}

/** The words for a capture that cannot be written now. */
export function recordingText(error: SocketError, capture: CaptureState): ErrorText {
  return errorText(error, {
    doing: 'record',
    address: capture.file,
    host: null,
    port: null,
    datagrams: false,
    local: false,
    platform: null,
  });
}

/** The words for an opened capture that is not whole. */
export function damageText(damage: NonNullable<CaptureState['damage']>): ErrorText {
  const byte = String(damage.atByte);
  const raw = plainText(damage.message);
  switch (damage.kind) {
    case 'cut':
      return {
        sentence: m.err_capture_cut(),
        causes: m.err_capture_cut_causes({ byte }).split('\n'),
        remedies: [],
        raw,
      };
    case 'damaged':
      return {
        sentence: m.err_capture_damaged({ byte }),
        causes: m.err_capture_damaged_causes().split('\n'),
        remedies: [],
        raw,
      };
    default:
      return damage.kind satisfies never;
  }
}

function doingOf({ kind, connectMs, openedAt }: SocketInfo, { syscall }: SocketError): Doing {
  if (kind === 'capture-file') return 'read-capture';
  if (syscall === 'bind' || syscall === 'listen') return 'listen';
  if (syscall === 'connect' || syscall === 'getaddrinfo') return 'connect';
  if (syscall === 'read' || syscall === 'recv') return 'receive';
  if (syscall === 'write' || syscall === 'send' || syscall === 'sendto') return 'send';
  if (isListener(kind) || (kind === 'udp-socket' && openedAt === null)) return 'listen';
  if (isConnection(kind) && connectMs === null && openedAt === null) return 'connect';
  return 'receive';
}
