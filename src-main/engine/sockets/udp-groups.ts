import type { Socket } from 'node:dgram';
import type { NetworkInterface } from '../../../src-shared/contract/network';
import type { Membership, SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { readInterfaces } from '../network/interfaces';
import type { NetworkWatch } from '../network/network-watch';
import { chooseInterface } from '../network/multicast';
import { isLinkGroup, isMulticast } from '../network/subnet';
import type { GroupName } from './socket-actions';
import { familyOf } from './resolve';
import { toSocketError } from './socket-error';
import type { Trace } from './trace';
import type { Reach } from './udp-names';

/** A membership, and how the system was told of its interface: it must be told the same to leave. */
interface Joined {
  readonly name: GroupName;
  readonly family: 4 | 6;
  told: string | undefined;
  joined: boolean;
}

/** What became of a membership whose interface came or went. */
export interface GroupChange {
  name: GroupName;
  joined: boolean;
}

/** The multicast groups of one UDP socket (Node docs: `socket.addMembership` and its like). */
export class UdpGroups {
  readonly #socket: Socket;
  readonly #reach: Reach;
  /** The address it is bound to. */
  readonly #bound: string;
  readonly #groups: Joined[] = [];
  readonly #trace: Trace;

  constructor(socket: Socket, reach: Reach, bound: string, trace: Trace) {
    this.#socket = socket;
    this.#trace = trace;
    this.#reach = reach;
    this.#bound = bound;
  }

  get list(): Membership[] {
    return this.#groups.map(({ name, joined }) => ({ ...name, joined }));
  }

  /** Throws a `CommandError` that tells why not. */
  join(asked: GroupName): GroupName {
    const name = tidy(asked);
    const family = this.#check(name);
    if (this.#find(name))
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        refusal('group-joined', { group: namedGroup(name) }),
      );
    const told = interfaceOf(name, family, readInterfaces());
    this.#call('add', name, told);
    this.#groups.push({ name, family, told, joined: true });
    return name;
  }

  /** Throws a `CommandError` when it is not joined. */
  leave(asked: GroupName): GroupName {
    const name = tidy(asked);
    const group = this.#find(name);
    if (!group)
      throw new CommandError(
        'ERR_NOT_JOINED',
        refusal('group-not-joined', { group: namedGroup(name) }),
      );
    if (group.joined) this.#call('drop', group.name, group.told);
    this.#groups.splice(this.#groups.indexOf(group), 1);
    return group.name;
  }

  /** Joins again what an interface took away with it, when it is back. */
  watch(network: NetworkWatch, onChange: (change: GroupChange) => void): () => void {
    return network.watch((interfaces) => {
      for (const change of this.#refresh(interfaces)) onChange(change);
    });
  }

  #refresh(interfaces: readonly NetworkInterface[]): GroupChange[] {
    return this.#groups.flatMap((group): GroupChange[] => {
      const { name } = group;
      if (!isThere(group, interfaces)) {
        if (!group.joined) return [];
        group.joined = false;
        return [{ name, joined: false }];
      }
      if (group.joined && name.interface !== null) return [];
      return this.#again(group, interfaces) ? [{ name, joined: true }] : [];
    });
  }

  /**
   * A device that was unplugged comes back under another number, so what the system may still hold
   * of the old membership is dropped first. Left to the system's choice, the group may be joined on
   * a new interface besides; where it is joined already the system says EADDRINUSE.
   */
  #again(group: Joined, interfaces: readonly NetworkInterface[]): boolean {
    const { name } = group;
    try {
      if (!group.joined) this.#call('drop', name, group.told);
    } catch {
      // It went with its interface.
    }
    const before = group.joined;
    try {
      group.told = interfaceOf(name, group.family, interfaces);
      this.#call('add', name, group.told);
      group.joined = true;
      return true;
    } catch (thrown) {
      // Not yet, such as an address that is still being checked for doubles: at the next change.
      group.joined = before || toSocketError(thrown).code === 'EADDRINUSE';
      return group.joined && !before;
    }
  }

  /** The family of the group. */
  #check({ group, interface: of, source }: GroupName): 4 | 6 {
    const family = familyOf(group);
    if (family === null || !isMulticast(group))
      throw new CommandError('ERR_MULTICAST_GROUP', refusal('not-a-group', { group }));
    if (family !== this.#reach.family && !(family === 4 && this.#reach.dual))
      throw new CommandError(
        'ERR_WRONG_FAMILY',
        refusal('group-family', { group, family, own: this.#reach.family }),
      );
    if (source !== null && familyOf(source) !== family)
      throw new CommandError(
        'ERR_SOURCE_FAMILY',
        refusal('source-family', { source, family, group }),
      );
    if (isLinkGroup(group) && of === null)
      throw new CommandError(
        'ERR_SCOPE_MISSING',
        refusal('group-scope', { group, example: example() }),
      );
    if (!isAny(this.#bound) && !isMulticast(this.#bound) && process.platform !== 'win32')
      throw new CommandError(
        'ERR_MULTICAST_BIND',
        refusal('bound-alone', { bound: this.#bound, group }),
      );
    return family;
  }

  #find(name: GroupName): Joined | undefined {
    return this.#groups.find(
      (group) =>
        group.name.group === name.group &&
        group.name.interface === name.interface &&
        group.name.source === name.source,
    );
  }

  #call(how: 'add' | 'drop', { group, source }: GroupName, told: string | undefined): void {
    const socket = this.#socket;
    const line = callText(how, group, source, told);
    try {
      if (source === null) {
        if (how === 'add') socket.addMembership(group, told);
        else socket.dropMembership(group, told);
      } else if (how === 'add') socket.addSourceSpecificMembership(source, group, told);
      else socket.dropSourceSpecificMembership(source, group, told);
      this.#trace.call('setsockopt', line);
    } catch (thrown) {
      const error = toSocketError(thrown);
      this.#trace.failed('setsockopt', line, error);
      throw new CommandError(explained(error, group));
    }
  }
}

/** `239.1.2.3%eth0`, as an address has it. */
function namedGroup({ group, interface: of, source }: GroupName): string {
  return `${group}${of === null ? '' : `%${of}`}${source === null ? '' : ` (${source})`}`;
}

/** `239.1.2.3 on eth0 from 10.0.0.1`. */
export function groupText({ group, interface: of, source }: GroupName): string {
  return `${group}${of === null ? '' : ` on ${of}`}${source === null ? '' : ` from ${source}`}`;
}

/** `ff02::1%eth0` names its interface in the address. */
function tidy({ group, interface: of, source }: GroupName): GroupName {
  const [address = group, zone] = group.trim().toLowerCase().split('%');
  const given = zone === undefined ? null : group.trim().slice(address.length + 1);
  return { group: address, interface: of ?? given, source: source?.toLowerCase() ?? null };
}

function callText(
  how: 'add' | 'drop',
  group: string,
  source: string | null,
  told: string | undefined,
): string {
  const six = group.includes(':');
  const verb = how === 'add' ? (six ? 'JOIN' : 'ADD') : six ? 'LEAVE' : 'DROP';
  const plain = six ? `IPV6_${verb}_GROUP` : `IP_${verb}_MEMBERSHIP`;
  const specific = six ? `MCAST_${verb}_SOURCE_GROUP` : `IP_${verb}_SOURCE_MEMBERSHIP`;
  const name = source === null ? plain : specific;
  const parts = [group, ...(source === null ? [] : [source]), told ?? 'any interface'];
  return `fd, ${six ? 'IPPROTO_IPV6' : 'IPPROTO_IP'}, ${name}, ${parts.join(' ')}`;
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function interfaceOf(
  { interface: of }: GroupName,
  family: 4 | 6,
  interfaces: readonly NetworkInterface[],
): string | undefined {
  if (of === null) return undefined;
  const chosen = chooseInterface(interfaces, of, family);
  if (chosen.ok) return chosen.value;
  throw new CommandError(chosen.error);
}

/** Whether the interface is up; of the system's choice, whether it has any to choose from. */
function isThere({ name, family }: Joined, interfaces: readonly NetworkInterface[]): boolean {
  if (name.interface !== null) return chooseInterface(interfaces, name.interface, family).ok;
  const of = family === 4 ? 'IPv4' : 'IPv6';
  return interfaces.some(
    ({ loopback, up, addresses }) =>
      up && !loopback && addresses.some((address) => address.family === of),
  );
}

function example(): string {
  const up = readInterfaces().filter((one) => one.up && !one.loopback);
  return up[0]?.name ?? 'eth0';
}

/** The same codes mean other things elsewhere. */
function explained(error: SocketError, group: string): SocketError {
  switch (error.code) {
    case 'ENOBUFS': {
      const refused = refusal('too-many-groups', { why: error.message });
      return { ...error, code: 'ERR_TOO_MANY_GROUPS', ...refused };
    }
    case 'ENODEV':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL': {
      const refused = refusal('no-group-route', { group, why: error.message });
      return { ...error, code: 'ERR_INTERFACE_UNKNOWN', ...refused };
    }
    default:
      return error;
  }
}
