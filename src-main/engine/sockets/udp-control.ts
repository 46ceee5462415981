import type { Socket } from 'node:dgram';
import { formatAddress, type Address } from '../../../src-shared/address/address';
import type { AddressOptions, IdleAction } from '../../../src-shared/address/address-options';
import { formatSize, formatTime } from '../../../src-shared/address/quantity';
import type { AnsweringName } from '../../../src-shared/contract/behaviour';
import type { OptionReading } from '../../../src-shared/contract/control-commands';
import type { Membership, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import type { DatagramAttendant } from '../behaviours/answering-socket';
import { askedBehaviour, type AskedBehaviour, type AskedRules } from '../behaviours/behaviours';
import { attendDatagrams } from '../behaviours/datagram-attendance';
import { now } from '../clock';
import type { Stamp } from '../clock';
import { CommandError } from '../command-error';
import { DatagramRelay } from '../relay/datagram-relay';
import type { LegSocket } from '../relay/relay-leg';
import { targetOf } from '../relay/target';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import { IdleWatch } from './idle-watch';
import type { Watched } from './idle-watch';
import { oneOption, readOptions } from './option-readings';
import { Pacer, shownRate } from './pacer';
import type { GroupName, Taken } from './socket-actions';
import { toSocketError } from './socket-error';
import { Trace, foldedCalls } from './trace';
import type { Calls } from './trace';
import { groupText, type GroupChange, type UdpGroups } from './udp-groups';
import type { UdpPeer } from './udp-peer';
import type { UdpSender } from './udp-sender';
import { applySettings, sizeBuffers } from './udp-settings';

/** What a UDP socket may be set to while it is open, and how it got there. */
export abstract class ControlledDatagram extends BaseSocket implements Watched {
  receivedAt: Stamp = 0;
  sentAt: Stamp = 0;
  protected readonly trace = new Trace();
  /** While it is open. */
  protected sender: UdpSender | null = null;
  protected attendance: DatagramAttendant | null = null;
  /** Its multicast groups, while it is open. */
  protected joined: UdpGroups | null = null;
  readonly #kind: Address['kind'];
  /** Options of its address; live ones as they are now. */
  #asked: AddressOptions;
  #controlled: Socket | null = null;
  #family: 4 | 6 = 4;
  #idle: IdleWatch | null = null;

  protected constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
    parent: BaseSocket | null,
  ) {
    super(host, 'udp-socket', formatAddress(address), recording, parent, id);
    this.#kind = address.kind;
    this.#asked = address.options;
    this.attendance = this.#attendantOf(askedBehaviour(address.options));
  }

  /** A socket of its own for what a peer is to get from the target, in one log with it. */
  abstract openTarget(target: Address, peer: UdpPeer): LegSocket;

  abstract sendTo(peer: UdpPeer, bytes: Uint8Array): number;

  #attendantOf(asked: AskedBehaviour | AskedRules | null): DatagramAttendant | null {
    if (asked?.name !== 'relay') return asked && attendDatagrams(asked);
    const target = targetOf(this.#kind, asked.relayTo ?? '');
    return new DatagramRelay(this, target, this.#asked.relayIdleMs);
  }

  tellFault(error: SocketError): void {
    this.fault(error);
  }

  override get behaviour(): AnsweringName | null {
    return this.parent ? null : (this.attendance?.name ?? null);
  }

  override get serving(): BaseSocket['serving'] {
    const { rules, relayTo } = this.attendance ?? {};
    const relays = relayTo === undefined ? {} : { relayTo };
    return { ...super.serving, ...(rules ? { rules } : relays), ...shownRate(this.#asked) };
  }

  override setBehaviour(asked: AskedBehaviour | AskedRules | null): void {
    if (this.isOver || this.parent) throw this.impossible('cannot-answer');
    const attendant = this.#attendantOf(asked);
    this.attendance?.closed?.('close');
    this.attendance = attendant;
    if (asked) this.note({ event: 'comment', text: `behaviour ${asked.name}` }, now());
    this.host.changed(this);
  }

  override get groups(): Membership[] {
    return this.joined?.list ?? [];
  }

  override joinGroup(group: GroupName): void {
    if (this.phase !== 'open' || !this.joined || this.#kind === 'udp')
      throw this.impossible('cannot-join');
    this.tellGroup({ name: this.joined.join(group), joined: true });
  }

  override leaveGroup(group: GroupName): void {
    if (this.phase !== 'open' || !this.joined) throw this.impossible('cannot-leave');
    this.tellGroup({ name: this.joined.leave(group), joined: false });
  }

  protected tellGroup({ name, joined }: GroupChange, why = ''): void {
    const text = groupText(name);
    this.note(joined ? { event: 'joined', text } : { event: 'left', text: text + why }, now());
    this.host.changed(this);
  }

  override get sendQueueBytes(): number {
    return this.phase === 'closed' ? 0 : (this.sender?.queuedBytes ?? 0);
  }

  /** `peer` null: of any. */
  override taken(peer: UdpPeer | null = null): Promise<Taken> {
    return this.sender?.taken(peer) ?? super.taken();
  }

  override get idle(): SocketInfo['idle'] {
    return this.#idle?.state ?? null;
  }

  idleFor(action: IdleAction, text: string): void {
    if (this.phase !== 'open') return;
    this.note({ event: 'idle', text }, now());
    // There is nothing to half-close or reset: the grammar has only these two for datagrams.
    if (action !== 'warn') this.close();
    this.host.changed(this);
  }

  override setOption(option: string, value: string | null): void {
    const socket = this.#controlled;
    if (this.phase !== 'open' || !socket) throw this.impossible('cannot-set', option);
    const set = oneOption(this.#kind, option, value);
    const settable = readOptions(this.#holder(), {}).find((row) => row.option === option);
    if (settable?.settable !== 'live' && !OWN_LIVE.has(option))
      throw this.impossible('cannot-set-open', option);
    try {
      applySettings(socket, set, this.#family, null, this.trace);
      this.#resize(socket, set);
    } catch (thrown) {
      throw thrown instanceof CommandError ? thrown : new CommandError(toSocketError(thrown));
    }
    this.#asked = { ...this.#asked, ...set };
    const { idleTimeoutMs, idleAction, idleDirection, sendRateBytes } = set;
    if (sendRateBytes !== undefined) this.sender?.pace(Pacer.of(sendRateBytes));
    if ([idleTimeoutMs, idleAction, idleDirection].some((one) => one !== undefined))
      this.#startIdle();
    this.note({ event: 'option-set', text: value === null ? option : `${option}=${value}` }, now());
    this.host.changed(this);
  }

  override socketOptions(): OptionReading[] {
    const holder = this.#holder();
    return readOptions(holder, holder.open ? this.#effective() : {});
  }

  override calls(): Calls {
    const names = this.remote && this.groups.length === 0 ? CONNECTED : BOUND;
    return this.trace.list(foldedCalls(this.ledger, this.openedAt, names));
  }

  protected controlOpen(socket: Socket, family: 4 | 6): void {
    this.#controlled = socket;
    this.#family = family;
    this.#startIdle();
  }

  protected controlClosed(): void {
    this.#idle?.stop();
    if (this.#controlled) this.trace.call('close', 'fd');
    this.#controlled = null;
  }

  #holder() {
    const open = this.phase === 'open' && this.#controlled !== null;
    return { holder: 'datagram', where: 'udp', open, asked: this.#asked } as const;
  }

  #startIdle(): void {
    this.#idle?.stop();
    this.#idle = IdleWatch.of(this, this.#asked);
    this.#idle?.start();
  }

  /** Only those that are named: the other buffer stays as it is. */
  #resize(socket: Socket, { receiveBufferBytes, sendBufferBytes }: AddressOptions): void {
    if (receiveBufferBytes === undefined && sendBufferBytes === undefined) return;
    const { receiveBuffer, sendBuffer } = this;
    const sized = sizeBuffers(
      socket,
      {
        receiveBufferBytes: receiveBufferBytes ?? receiveBuffer?.requestedBytes ?? 0,
        sendBufferBytes: sendBufferBytes ?? sendBuffer?.requestedBytes ?? 0,
      },
      this.trace,
    );
    this.receiveBuffer = sized.receive;
    this.sendBuffer = sized.send;
  }

  /** Told by the system where Node can ask; else what was set, or how every system begins. */
  #effective(): Record<string, string | null> {
    const asked = this.#asked;
    const { receiveBuffer, sendBuffer, groups } = this;
    const reuse = asked.reuseAddress ?? this.#kind === 'udp-mcast';
    return {
      SO_RCVBUF: receiveBuffer && formatSize(receiveBuffer.effectiveBytes),
      SO_SNDBUF: sendBuffer && formatSize(sendBuffer.effectiveBytes),
      SO_BROADCAST: onOff(asked.broadcast ?? false),
      IP_TTL: asked.ttl === undefined ? null : String(asked.ttl),
      IP_MULTICAST_TTL: String(asked.multicastTtl ?? 1),
      IP_MULTICAST_LOOP: onOff(asked.multicastLoopback ?? true),
      IP_MULTICAST_IF: asked.multicastInterface ?? null,
      IP_ADD_MEMBERSHIP: groups.map(({ group }) => group).join(';') || null,
      SO_REUSEADDR: onOff(reuse),
      SO_REUSEPORT: onOff(asked.reusePort ?? false),
      SO_RCVTIMEO: asked.idleTimeoutMs ? formatTime(asked.idleTimeoutMs) : null,
      O_NONBLOCK: 'on',
    };
  }
}

/** Options that no constant of the socket API stands for. */
const OWN_LIVE = new Set(['idle-action', 'idle-direction', 'send-rate']);

const CONNECTED: ['recv', 'send'] = ['recv', 'send'];
const BOUND: ['recvfrom', 'sendto'] = ['recvfrom', 'sendto'];

function onOff(on: boolean): string {
  return on ? 'on' : 'off';
}
