import { z } from 'zod';
import { endpoint, membership, socketId } from './socket';

const ipFamily = z.enum(['IPv4', 'IPv6']);

const networkAddress = z.object({
  /** IPv6 with its `%scope` when it is link-local, as an address of this program takes it. */
  address: z.string().max(255),
  family: ipFamily,
  netmask: z.string().max(64),
  prefixBits: z.int().min(0).max(128),
  /** The directed broadcast address of its subnet; null for IPv6, loopback and /31 and /32. */
  broadcast: z.string().max(64).nullable(),
  /** How far it reaches: this computer, this link, or on through routers. */
  scope: z.enum(['host', 'link', 'global']),
});
export type NetworkAddress = z.infer<typeof networkAddress>;

export const networkInterface = z.object({
  name: z.string().max(255),
  /** `00:00:00:00:00:00` where there is none. */
  mac: z.string().max(64),
  loopback: z.boolean(),
  /** False: it is switched off or has no cable or carrier. Those are listed on Linux only. */
  up: z.boolean(),
  addresses: z.array(networkAddress),
});
export type NetworkInterface = z.infer<typeof networkInterface>;

/** How a packet to one address would leave. Found without sending one. */
const path = z.object({
  /** The resolved address. */
  address: z.string().max(255),
  family: ipFamily,
  /** Our address that it would come from; null when the system has no way there: see `error`. */
  source: z.string().max(255).nullable(),
  interface: z.string().max(255).nullable(),
  /**
   * `local`: this computer itself. `link`: the same network, no router between. `router`: through
   * `gateway`, which is null where the system does not tell it. Null without a source.
   */
  via: z.enum(['local', 'link', 'router']).nullable(),
  gateway: z.string().max(255).nullable(),
  error: z.object({ code: z.string().max(64), message: z.string().max(2000) }).nullable(),
  /**
   * A private address outside all our subnets, which only a router could reach: most often the
   * computer or the device has the wrong address. Ours that is most like it, else null.
   */
  mismatch: networkAddress.extend({ interface: z.string().max(255) }).nullable(),
});
export type RoutePath = z.infer<typeof path>;

/** So many of one table are told. */
export const MAX_NEIGHBOURS = 4096;

const portHolder = z.object({
  local: endpoint,
  /** Null: not ours to see, or the socket belongs to no process (TIME_WAIT, the kernel's own). */
  pid: z.int().nullable(),
  name: z.string().max(255).nullable(),
  /** The user it runs as, by name or number. */
  user: z.string().max(255).nullable(),
});
export type PortHolder = z.infer<typeof portHolder>;

/** Another computer on a link of ours, as the system has it in its table (ARP, NDP). */
const neighbour = z.object({
  address: z.string().max(255),
  /** Null: it was asked for and did not answer. */
  mac: z.string().max(64).nullable(),
  interface: z.string().max(255).nullable(),
});
export type Neighbour = z.infer<typeof neighbour>;

/** What the system knows of one address. */
const peerNames = z.object({
  /** The first is the one the system calls it. */
  names: z.array(z.string().max(255)).max(16),
  /** Why there is no name: nobody gave it one, or who should know did not answer. */
  error: z.object({ code: z.string().max(64), message: z.string().max(2000) }).nullable(),
  /** How long the name took, ms. */
  ms: z.number(),
  mac: z.string().max(64).nullable(),
  /**
   * Why there is no MAC: this computer itself has none on a wire to itself; behind a router only the
   * router's is seen; a group has none; the system has none for it now; it has no table to read.
   */
  macReason: z.enum(['local', 'router', 'group', 'unseen', 'unsupported']).nullable(),
});
export type PeerNames = z.infer<typeof peerNames>;

/** Commands about the computer's network and the groups of a UDP socket; see `engineCommands`. */
export const networkCommands = {
  /**
   * The interfaces now. `watch` true: from now on changes come as `network` of an update, within
   * 2 s; false: no longer. Left out: as it was.
   */
  network: {
    params: z.object({ watch: z.boolean().optional() }),
    result: z.object({ interfaces: z.array(networkInterface) }),
  },
  /** Where a packet to `host` would go, for each of its addresses in the system's order. */
  route: {
    params: z.object({ host: z.string().min(1).max(255) }),
    result: z.object({
      paths: z.array(path),
      /** The name could not be resolved; then there are no paths. */
      error: z.object({ code: z.string().max(64), message: z.string().max(2000) }).nullable(),
      /** How long the name took, ms; null for a literal address. */
      resolveMs: z.number().nullable(),
    }),
  },
  /** The name of a literal address by the system's own means, within 5 s, and its MAC. */
  peerNames: {
    params: z.object({ address: z.string().min(1).max(255) }),
    result: peerNames,
  },
  /** Who was seen on our links, and is in the system's table still. */
  neighbours: {
    params: z.object({}),
    result: z.object({
      neighbours: z.array(neighbour).max(MAX_NEIGHBOURS),
      /** The system tells of no more than these, or of none. */
      reason: z.enum(['unsupported', 'ipv4-only', 'too-many']).nullable(),
    }),
  },
  /** Who has a local port. */
  portOwner: {
    params: z.object({ protocol: z.enum(['tcp', 'udp']), port: z.int().min(1).max(65_535) }),
    result: z.object({
      /** Empty with `reason` null: nobody has it. */
      holders: z.array(portHolder),
      /** Why holders are unknown, or some of them have no name. */
      reason: z.enum(['other-user', 'no-process', 'unsupported']).nullable(),
    }),
  },
  /** Of a bound UDP socket. `interface`: a name or one of its addresses; null: the system chooses. */
  joinGroup: {
    params: z.object({ socket: socketId, ...membership.omit({ joined: true }).shape }),
    result: z.object({}),
  },
  leaveGroup: {
    params: z.object({ socket: socketId, ...membership.omit({ joined: true }).shape }),
    result: z.object({}),
  },
} as const;
