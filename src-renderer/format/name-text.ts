import type { Neighbour, PeerNames } from '../../src-shared/contract/network';
import type { ResultOf } from '../../src-shared/contract/engine';
import { m } from '../i18n/generated/messages';

/** Why an address has no name; null: it has. */
export function noNameText({ names, error }: PeerNames): string | null {
  if (names.length > 0) return null;
  return error === null || error.code === 'ENOTFOUND'
    ? m.name_none()
    : m.name_unknown({ code: error.code });
}

/** Why an address has no MAC here; null: it has. */
export function noMacText({ mac, macReason }: PeerNames): string | null {
  if (mac !== null) return null;
  switch (macReason) {
    case 'local':
      return m.mac_local();
    case 'router':
      return m.mac_router();
    case 'group':
      return m.mac_group();
    case 'unseen':
    case null:
      return m.mac_unseen();
    case 'unsupported':
      return m.net_owner_unsupported();
    default:
      return macReason satisfies never;
  }
}

/** Why a list of neighbours is short; null: it is whole. */
export function neighboursReason(reason: ResultOf<'neighbours'>['reason']): string | null {
  switch (reason) {
    case 'unsupported':
      return m.net_owner_unsupported();
    case 'ipv4-only':
      return m.net_neighbours_ipv4();
    case 'too-many':
      return m.net_neighbours_many();
    case null:
      return null;
    default:
      return reason satisfies never;
  }
}

/** Its MAC, or that it did not answer when it was asked for it. */
export function neighbourMac({ mac }: Neighbour): string {
  return mac ?? m.net_neighbour_silent();
}
