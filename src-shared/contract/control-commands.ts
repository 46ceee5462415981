import { z } from 'zod';
import { limitsShape, socketError, socketId } from './socket';

/** The longest value of an option in the address grammar. */
const MAX_VALUE = 2000;

/** One option of the socket API as it stands on one socket. */
const optionReading = z.object({
  /** `TCP_NODELAY`; several with commas where one switch of ours sets them together. */
  constant: z.string().max(64),
  /** Its name in the address grammar; null: none. */
  option: z.string().max(64).nullable(),
  /** As the address or `setOption` asked for it; null: not asked for. */
  requested: z.string().max(MAX_VALUE).nullable(),
  /** What holds now: told by the system, or set by a call that was answered; null: not known. */
  effective: z.string().max(MAX_VALUE).nullable(),
  /** `live`: with `setOption`; `open`: in the address only; `no`: see the reason. */
  settable: z.enum(['live', 'open', 'no']),
  /** Why it cannot be set now, or why nothing tells what holds. */
  reason: z
    .enum([
      /** Node has no call for it. */
      'node-cannot',
      /** Node sets it itself, always. */
      'node-decides',
      /** The kernel takes it only before the socket is bound or connected. */
      'before-open',
      /** This system does not have it. */
      'not-on-this-system',
      /** The TLS library of this program has no way to it. */
      'library-cannot',
      /** It is an operation or a flag of one call, with a control of its own elsewhere. */
      'is-a-call',
      /** The socket is not open. */
      'not-open',
    ])
    .nullable(),
});
export type OptionReading = z.infer<typeof optionReading>;

/** A call of the socket API, by its Berkeley name, as Node has made it for us. */
export const call = z.object({
  /** Of the first, when several are folded into one. */
  at: z.number(),
  call: z.enum([
    'socket',
    'setsockopt',
    'getsockopt',
    'bind',
    'listen',
    'accept',
    'connect',
    'getaddrinfo',
    'getsockname',
    'getpeername',
    'send',
    'recv',
    'sendto',
    'recvfrom',
    'shutdown',
    'close',
    'unlink',
    'chmod',
    'SSL_connect',
    'SSL_accept',
  ]),
  arguments: z.string().max(300),
  /** Null: it failed, or it has not come back yet. */
  result: z.string().max(300).nullable(),
  error: socketError.nullable(),
  /** How many calls this line stands for. */
  count: z.int().min(1),
  /** Sent or received by them. */
  bytes: z.int().min(0),
  /** How long it took; null where it is at once, or not over. */
  ms: z.number().nullable(),
});
export type Call = z.infer<typeof call>;

const nothing = z.object({});

/** Commands that act on the life of an open socket; part of `engineCommands`. */
export const controlCommands = {
  /**
   * Stops reading: the receive buffer fills, then the peer meets a zero window. What it sent waits
   * with the kernel and with it; nothing is lost. Streams only.
   */
  pauseReading: { params: z.object({ socket: socketId, paused: z.boolean() }), result: nothing },
  /** Makes the attempt that is waited for (`reconnect.nextAt`) at once. */
  connectNow: { params: z.object({ socket: socketId }), result: nothing },
  /** Off: the port is closed, connections stay. On: it listens on the same port again. */
  setAccepting: { params: z.object({ socket: socketId, accepting: z.boolean() }), result: nothing },
  /** Who may connect from now on; those who are connected stay. Listeners only. */
  setLimits: { params: z.object({ socket: socketId, ...limitsShape }), result: nothing },
  socketOptions: {
    params: z.object({ socket: socketId }),
    result: z.object({ options: z.array(optionReading) }),
  },
  /** Name and value as in an address; value null: the name alone. `live` ones only. */
  setOption: {
    params: z.object({
      socket: socketId,
      option: z.string().min(1).max(64),
      value: z.string().max(MAX_VALUE).nullable(),
    }),
    result: nothing,
  },
  /** The calls of a socket's life, oldest first; `dropped`: those in the middle that were let go. */
  calls: {
    params: z.object({ socket: socketId }),
    result: z.object({ calls: z.array(call), dropped: z.int().min(0) }),
  },
} as const;
