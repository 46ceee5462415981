import type { SocketInfo } from '../../src-shared/contract/socket';
import type { TlsSummary } from '../../src-shared/contract/tls';
import { m } from '../i18n/generated/messages';
import { behaviourLabel, behaviourWord } from './behaviour-text';
import { remaining, upTime } from './times';

/** Something about a socket that should be seen without looking for it. */
export interface StatusMark {
  id:
    | 'paused'
    | 'not-accepting'
    | 'reconnecting'
    | 'idle'
    | 'silent'
    | 'tls'
    | 'tls-unverified'
    | 'groups'
    | 'unexpected'
    | 'address-gone'
    | 'refused'
    | 'behaviour';
  /** Of a word or two, for places with little room. */
  word: string;
  /** The whole of it. */
  text: string;
  tone: 'plain' | 'good' | 'warn' | 'bad';
}

/** From the gravest to the least. `now` in epoch ms. */
export function statusMarks(info: SocketInfo, now: number): StatusMark[] {
  if (info.phase === 'closed') return [];
  const marks: (StatusMark | null)[] = [
    info.addressGone
      ? { id: 'address-gone', word: m.mark_gone(), text: m.mark_gone_text(), tone: 'bad' }
      : null,
    reconnectMark(info, now),
    info.readingPaused
      ? { id: 'paused', word: m.mark_paused(), text: m.mark_paused_text(), tone: 'warn' }
      : null,
    info.accepting === false
      ? {
          id: 'not-accepting',
          word: m.mark_not_accepting(),
          text: m.mark_not_accepting_text(),
          tone: 'warn',
        }
      : null,
    info.unexpectedSources > 0 ? unexpectedMark(info) : null,
    idleMark(info, now),
    tlsMark(info),
    info.groups.length > 0 ? groupMark(info) : null,
    info.refusedClients > 0
      ? {
          id: 'refused',
          word: m.mark_refused({ count: info.refusedClients }),
          text: m.mark_refused_text({ count: info.refusedClients }),
          tone: 'warn',
        }
      : null,
    behaviourMark(info),
  ];
  return marks.filter((mark) => mark !== null);
}

function behaviourMark({ behaviour, relayTo }: SocketInfo): StatusMark | null {
  if (behaviour === null) return null;
  const text =
    relayTo === undefined
      ? m.mark_behaviour_text({ name: behaviourLabel(behaviour) })
      : m.mark_relay_text({ target: relayTo });
  return { id: 'behaviour', word: behaviourWord(behaviour), text, tone: 'plain' };
}

function reconnectMark({ reconnect }: SocketInfo, now: number): StatusMark | null {
  if (reconnect === null || reconnect.nextAt === null) return null;
  const left = remaining(reconnect.nextAt, now);
  const limit = reconnect.limit === null ? '∞' : String(reconnect.limit);
  const attempt = String(reconnect.attempt + 1);
  return {
    id: 'reconnecting',
    word: m.mark_reconnecting({ left }),
    text: m.mark_reconnecting_text({ left, attempt, limit }),
    tone: 'warn',
  };
}

function idleMark({ idle }: SocketInfo, now: number): StatusMark | null {
  if (idle === null) return null;
  const { direction } = idle;
  if (idle.silentSince !== null) {
    const time = upTime(now - idle.silentSince);
    return {
      id: 'silent',
      word: m.mark_silent({ time, direction }),
      text: m.mark_silent_text({ time, direction }),
      tone: 'bad',
    };
  }
  if (idle.deadlineAt === null) return null;
  const left = remaining(idle.deadlineAt, now);
  const action = idleActionText(idle.action);
  return {
    id: 'idle',
    word: m.mark_idle({ left }),
    text: m.mark_idle_text({ left, action, direction }),
    tone: idle.deadlineAt - now < 5000 ? 'warn' : 'plain',
  };
}

/** What happens when nothing passes for too long. */
export function idleActionText(action: NonNullable<SocketInfo['idle']>['action']): string {
  switch (action) {
    case 'warn':
      return m.idle_warn();
    case 'half-close':
      return m.idle_half_close();
    case 'close':
      return m.idle_close();
    case 'reset':
      return m.idle_reset();
    default:
      return action satisfies never;
  }
}

function tlsMark({ tls }: SocketInfo): StatusMark | null {
  if (tls === null) return null;
  const word = tls.protocol ?? 'TLS';
  switch (tls.state) {
    case 'handshaking':
      return { id: 'tls', word, text: m.mark_tls_handshake(), tone: 'plain' };
    case 'failed':
      return {
        id: 'tls-unverified',
        word: 'TLS',
        text: m.mark_tls_failed({ code: tls.reason ?? '' }),
        tone: 'bad',
      };
    case 'secure': {
      const cipher = tls.cipher ?? '';
      if (tls.protocol === null)
        return { id: 'tls', word, text: m.mark_tls_listener(), tone: 'plain' };
      if (tls.verified)
        return {
          id: 'tls',
          word,
          text: trustedText(tls.trustedBy, { protocol: word, cipher }),
          tone: 'good',
        };
      return {
        id: 'tls-unverified',
        word,
        text:
          tls.reason === null
            ? m.mark_tls_not_asked({ protocol: word, cipher })
            : m.mark_tls_unverified({ protocol: word, code: tls.reason }),
        tone: tls.reason === null ? 'plain' : 'warn',
      };
    }
    default:
      return tls.state satisfies never;
  }
}

function trustedText(
  by: TlsSummary['trustedBy'],
  of: { protocol: string; cipher: string },
): string {
  switch (by) {
    case 'fingerprint':
      return m.mark_tls_fingerprint(of);
    case 'shared-key':
      return m.mark_tls_psk(of);
    case 'chain':
    case null:
      return m.mark_tls_verified(of);
    default:
      return by satisfies never;
  }
}

function groupMark({ groups }: SocketInfo): StatusMark {
  const list = groups.map(({ group, interface: on }) => (on === null ? group : `${group} (${on})`));
  const lost = groups.some(({ joined }) => !joined);
  return {
    id: 'groups',
    word: m.mark_groups({ count: groups.length }),
    text: lost
      ? m.mark_groups_lost({ list: list.join(', ') })
      : m.mark_groups_text({ list: list.join(', ') }),
    tone: lost ? 'warn' : 'plain',
  };
}

function unexpectedMark({ unexpectedSources, kind }: SocketInfo): StatusMark {
  return {
    id: 'unexpected',
    word: m.mark_unexpected({ count: unexpectedSources }),
    text:
      kind === 'udp-peer'
        ? m.mark_unexpected_peer()
        : m.mark_unexpected_text({ count: unexpectedSources }),
    tone: 'warn',
  };
}
