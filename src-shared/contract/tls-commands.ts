import { z } from 'zod';
import { socketId } from './socket';
import { tlsDetails } from './tls';

/** Commands about TLS; part of `engineCommands`. */
export const tlsCommands = {
  tlsDetails: { params: z.object({ socket: socketId }), result: tlsDetails },
  /**
   * Upgrades an open plain connection in place, after what is queued: as client on one that was
   * dialled, as server on one that was accepted, with the TLS options as they stand after the
   * commas of an address (`verify=off,alpn=h2`). Answers at once; the outcome is an event.
   */
  startTls: {
    params: z.object({ socket: socketId, options: z.string().max(2000) }),
    result: z.object({}),
  },
} as const;
