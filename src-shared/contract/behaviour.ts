import { z } from 'zod';

/** Small services that answer connections and datagrams: RFC 862, 863, 864, 867, 868, and two more. */
const smallService = z.enum([
  'echo',
  'discard',
  'chargen',
  'daytime',
  'time',
  /** One text for all that comes. */
  'reply',
  /** To everyone else. */
  'hub',
]);
export type SmallService = z.infer<typeof smallService>;

/** Small servers of the protocol they are named after; they need connections. */
const smallServer = z.enum(['http', 'smtp', 'pop3', 'imap4', 'nntp', 'ftp', 'telnet', 'gopher']);
export type SmallServer = z.infer<typeof smallServer>;

/** Not an answer of ours: each client is joined with a connection to a target (`relay-to`). */
const passing = z.enum(['relay']);

/** What a listener does for each connection, and a UDP socket for each datagram, by itself. */
export const behaviourName = z.enum([
  ...smallService.options,
  ...passing.options,
  ...smallServer.options,
]);
export type BehaviourName = z.infer<typeof behaviourName>;

/** What a socket may answer by itself: a behaviour, or rules that its address cannot hold. */
export const answeringName = z.enum([...behaviourName.options, 'rules']);
export type AnsweringName = z.infer<typeof answeringName>;

export const BEHAVIOURS = behaviourName.options;

/** Those that answer datagrams too. */
export const DATAGRAM_BEHAVIOURS: readonly BehaviourName[] = [
  ...smallService.options,
  ...passing.options,
];

export function isSmallService(name: BehaviourName): name is SmallService {
  return smallService.safeParse(name).success;
}

/** The longest text of `reply`, as it is written, escapes included. */
export const MAX_REPLY_LENGTH = 64 * 1024;
