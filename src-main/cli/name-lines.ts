import type { PeerNames } from '../../src-shared/contract/network';
import type { ResultOf } from '../../src-shared/contract/engine';

/** `  name device.local` and `  mac 00:1c:42:00:00:18`, or why there is none. */
export function nameLines({ names, error, mac, macReason }: PeerNames): string[] {
  const none = error?.code === 'ENOTFOUND' || error === null;
  const why = none ? 'nobody gave it one' : `not known: ${error.message}`;
  return [
    ...(names.length === 0 ? [`  no name: ${why}`] : names.map((name) => `  name ${name}`)),
    mac === null ? `  no mac: ${macReasonText(macReason)}` : `  mac ${mac}`,
  ];
}

function macReasonText(reason: PeerNames['macReason']): string {
  switch (reason) {
    case 'local':
      return 'it is this computer itself';
    case 'router':
      return 'it is behind a router, and only the router is seen on our link';
    case 'group':
      return 'it is an address of many';
    case 'unseen':
    case null:
      return 'the system has none for it now; talk to it first';
    case 'unsupported':
      return 'this system does not tell it';
    default:
      return reason satisfies never;
  }
}

/** Why a list of neighbours is short; null: it is whole. */
export function neighboursReason(reason: ResultOf<'neighbours'>['reason']): string | null {
  switch (reason) {
    case 'unsupported':
      return 'this system does not tell who is on its links';
    case 'ipv4-only':
      return 'only IPv4: this system does not tell of IPv6';
    case 'too-many':
      return 'there are more than these';
    case null:
      return null;
    default:
      return reason satisfies never;
  }
}
