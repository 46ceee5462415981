import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { socketName } from './socket-text';

/** What a relay has to do with a socket: where it passes on to, or what it has joined it with. */
export function relayFacts(
  { relayTo, pair }: SocketInfo,
  other: SocketInfo | undefined,
): { name: string; value: string; copy?: boolean }[] {
  if (relayTo !== undefined) return [{ name: m.sd_relay_to(), value: relayTo, copy: true }];
  if (pair === undefined) return [];
  const name = pair.dialled ? m.sd_relay_for() : m.sd_relayed_by();
  return [{ name, value: other === undefined ? m.sd_relay_gone() : socketName(other) }];
}
