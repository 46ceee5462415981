import type { SocketError } from '../../src-shared/contract/socket';
import type { ErrorAbout, Words } from './error-about';
import { sentenceOf } from './sentence';

const LIST = 'See `wirebench network` for the interfaces there are.';

/** What goes wrong with groups, interfaces and UDP's own options; null: none of these. */
export function udpWords(error: SocketError, about: ErrorAbout): Words | null {
  const { code, syscall } = error;
  if (code === 'EACCES' && about.datagrams === true && syscall !== 'bind')
    return {
      sentence: `The system refused to send to ${about.subject}.`,
      next: ['A broadcast address needs the option broadcast: add `,broadcast` to the address.'],
    };
  const next = NEXT[code];
  return next === undefined ? null : { sentence: sentenceOf(error), next: [next] };
}

/** Their messages name the group, the interface or the address. */
const NEXT: Readonly<Record<string, string | undefined>> = {
  ERR_MULTICAST_GROUP: 'Free to use in a local network: 239.0.0.0 to 239.255.255.255, and ff15::.',
  ERR_MULTICAST_BIND:
    'Bind to all addresses and choose the interface in the join: udp-listen:5000,join=239.1.2.3%eth0.',
  ERR_INTERFACE_UNKNOWN: LIST,
  ERR_INTERFACE_DOWN: `Switch it on, plug it in, or use another. ${LIST}`,
  ERR_SCOPE_MISSING: LIST,
  ERR_SOURCE_FAMILY: 'Give the IP address of the sender, of the IP version of the group.',
  ERR_WRONG_FAMILY: 'Use udp4-listen or udp6-listen, or udp-listen without an address for both.',
  ERR_TOO_MANY_GROUPS: 'On Linux: `sysctl net.ipv4.igmp_max_memberships`; or open another socket.',
  ERR_REUSEPORT: 'With reuseaddr several UDP sockets can share a port, too.',
  ERR_ADDRESS_GONE: 'Bind to all addresses to be independent of it.',
};
