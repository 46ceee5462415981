/* Without a schema: the address grammar and the window's first frame need it. */

/** Small services that answer connections and datagrams: RFC 862, 863, 864, 867, 868, and two more. */
const SMALL_SERVICES = [
  'echo',
  'discard',
  'chargen',
  'daytime',
  'time',
  /** One text for all that comes. */
  'reply',
  /** To everyone else. */
  'hub',
] as const;
export type SmallService = (typeof SMALL_SERVICES)[number];

/** Small servers of the protocol they are named after; they need connections. */
const SMALL_SERVERS = ['http', 'smtp', 'pop3', 'imap4', 'nntp', 'ftp', 'telnet', 'gopher'] as const;
export type SmallServer = (typeof SMALL_SERVERS)[number];

/** Not an answer of ours: each client is joined with a connection to a target (`relay-to`). */
const PASSING = ['relay'] as const;

/** What a listener does for each connection, and a UDP socket for each datagram, by itself. */
export const BEHAVIOURS = [...SMALL_SERVICES, ...PASSING, ...SMALL_SERVERS] as const;
export type BehaviourName = (typeof BEHAVIOURS)[number];

/** What a socket may answer by itself: a behaviour, or rules that its address cannot hold. */
export const ANSWERINGS = [...BEHAVIOURS, 'rules'] as const;
export type AnsweringName = (typeof ANSWERINGS)[number];

/** Those that answer datagrams too. */
export const DATAGRAM_BEHAVIOURS: readonly BehaviourName[] = [...SMALL_SERVICES, ...PASSING];

export function isSmallService(name: BehaviourName): name is SmallService {
  return SMALL_SERVICES.some((service) => service === name);
}

/** The longest text of `reply`, as it is written, escapes included. */
export const MAX_REPLY_LENGTH = 64 * 1024;
