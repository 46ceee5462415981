import type { Call, OptionReading } from '../../../src-shared/contract/control-commands';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Membership, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import type { TlsDetails } from '../../../src-shared/contract/tls';
import type { AskedBehaviour, AskedRules } from '../behaviours/behaviours';
import type { RefusalName } from '../../../src-shared/refusal/refusal';
import type { CommandError } from '../command-error';

/** What a socket of some kind or phase cannot do, by the name of its refusal. */
export type Deed = Extract<RefusalName, `cannot-${string}`>;

/** A multicast group as it is asked for. */
export type GroupName = Omit<Membership, 'joined'>;

/** Whom a listener takes. */
export type Limits = Pick<SocketInfo, 'maxClients' | 'block'>;

/** What became of bytes that were accepted for sending. */
export interface Taken {
  /** The system will not take them. */
  leftBytes: number;
  /** Of datagrams: why. A stream tells it when it closes. */
  error: SocketError | null;
}

const NO_LIMITS = { maxClients: null, block: [], refusedClients: 0 };

/**
 * What any socket may be told to do or asked to show. Each kind overrides what it can; the rest is
 * refused, or is nothing.
 */
export abstract class SocketActions {
  /** The other half of what a relay has joined. */
  pair: SocketInfo['pair'] = undefined;

  /** What a relay has dialled is no further client or peer. */
  get isCounted(): boolean {
    return this.pair?.dialled !== true;
  }

  /** `about`: the option or the peer that it is about. */
  protected abstract impossible(what: Deed, about?: string): CommandError;

  get sendQueueBytes(): number {
    return 0;
  }

  get readingPaused(): boolean {
    return false;
  }

  /** Of a listener. */
  get accepting(): boolean | null {
    return null;
  }

  get idle(): SocketInfo['idle'] {
    return null;
  }

  get reconnect(): SocketInfo['reconnect'] {
    return null;
  }

  get attempts(): SocketInfo['attempts'] {
    return [];
  }

  /** Of a listener: whom it takes, and how many it has turned away for it. */
  get limits(): Pick<SocketInfo, 'maxClients' | 'block' | 'refusedClients'> {
    return NO_LIMITS;
  }

  /** How fast it may send; of a relay where to, of what it has joined with what; of rules how they fare. */
  get serving(): Pick<SocketInfo, 'sendRateBytes' | 'relayTo' | 'pair' | 'rules'> {
    return this.pair ? { pair: this.pair } : {};
  }

  /** Of a UDP socket. */
  get groups(): SocketInfo['groups'] {
    return [];
  }

  /** It is forgotten: lets go of what a closed socket still holds, such as a file it shows. */
  dispose(): void {
    // Most hold nothing.
  }

  /** How many connections or addresses it goes to. Keeps `bytes`: they must not change any more. */
  send(target: SendTarget, bytes: Uint8Array): number | Promise<number> {
    void target;
    void bytes;
    throw this.impossible('cannot-send');
  }

  /** Resolves when the system has all that was accepted for sending, or will not take the rest. */
  taken(): Promise<Taken> {
    return Promise.resolve({ leftBytes: 0, error: null });
  }

  end(): void {
    throw this.impossible('cannot-half-close');
  }

  reset(): void {
    throw this.impossible('cannot-reset');
  }

  /** Throws a `CommandError` that tells why it cannot be joined. */
  joinGroup(group: GroupName): void {
    void group;
    throw this.impossible('cannot-join');
  }

  leaveGroup(group: GroupName): void {
    void group;
    throw this.impossible('cannot-leave');
  }

  /** Off: what the peer sends waits with it, and nothing is lost. Datagrams cannot wait. */
  setReading(on: boolean): void {
    void on;
  }

  /** Of a TLS connection, also after it failed or closed. */
  tlsDetails(): TlsDetails {
    throw this.impossible('cannot-tell-tls');
  }

  /** What it answers by itself. */
  get behaviour(): SocketInfo['behaviour'] {
    return null;
  }

  /** Of a listener or UDP socket; rules of what dials too. See the commands. */
  setBehaviour(asked: AskedBehaviour | AskedRules | null): void {
    void asked;
    throw this.impossible('cannot-answer');
  }

  /** Upgrades an open plain connection; see the command. */
  startTls(options: string): void {
    void options;
    throw this.impossible('cannot-start-tls');
  }

  /** Of what dials or listens again by itself; see the command. */
  connectNow(): void {
    throw this.impossible('cannot-connect-now');
  }

  /** Streams; see the command. */
  pauseReading(paused: boolean): void {
    void paused;
    throw this.impossible('cannot-pause');
  }

  /** Listeners; see the command. */
  setAccepting(accepting: boolean): void {
    void accepting;
    throw this.impossible('cannot-stop-accepting');
  }

  /** Listeners; see the command. */
  setLimits(limits: Limits): void {
    void limits;
    throw this.impossible('cannot-limit');
  }

  /** How the options of the socket API stand. */
  socketOptions(): OptionReading[] {
    throw this.impossible('cannot-tell-options');
  }

  /** See the command. */
  setOption(option: string, value: string | null): void {
    void value;
    throw this.impossible('cannot-set', option);
  }

  /** The calls of its life. */
  calls(): { calls: Call[]; dropped: number } {
    return { calls: [], dropped: 0 };
  }
}
