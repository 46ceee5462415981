import { z } from 'zod';

/**
 * What a listener does for each connection, and a UDP socket for each datagram, by itself. The small
 * services are those of RFC 862, 863, 864, 867 and 868; `reply` sends one text for all that comes,
 * `hub` sends it on to everyone else; the rest are small servers of the protocol they are named after.
 */
export const behaviourName = z.enum([
  'echo',
  'discard',
  'chargen',
  'daytime',
  'time',
  'reply',
  'hub',
  'http',
  'smtp',
  'pop3',
  'imap4',
  'nntp',
  'ftp',
  'telnet',
  'gopher',
]);
export type BehaviourName = z.infer<typeof behaviourName>;

export const BEHAVIOURS = behaviourName.options;

/** Those that answer datagrams too; the others need a connection. */
export const DATAGRAM_BEHAVIOURS: readonly BehaviourName[] = [
  'echo',
  'discard',
  'chargen',
  'daytime',
  'time',
  'reply',
  'hub',
];

/** The longest text of `reply`, as it is written, escapes included. */
export const MAX_REPLY_LENGTH = 64 * 1024;
