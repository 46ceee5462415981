import type { Draft } from '../../src-shared/contract/profile';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import type { Charset } from '../../src-shared/encoding/charset';
import { encodingName } from '../../src-shared/encoding/names';
import { type DraftError, encodeDraft, inMode } from '../format/draft';
import { Charsets } from './charsets.svelte';
import { toProblem } from './command-error';
import type { DraftDesk } from './drafts.svelte';
import type { Commands } from './engine-client';
import { choiceKey, MAX_LISTED_PEERS, sendBlock, targetChoices, toSendTarget } from './send-target';
import type { SendBlock, TargetChoice } from './send-target';
import type { Sockets } from './sockets.svelte';

/** Writes and sends on one socket; tabs of one root share what is written (`desk`). */
export class Composer {
  readonly socket: SocketId;
  readonly desk: DraftDesk;
  host = $state('');
  port = $state('');
  sending = $state.raw(false);
  problem = $state.raw<{ code: string; message: string } | null>(null);
  /** To how many the last send went; null before the first. */
  lastTargets = $state.raw<number | null>(null);
  /** Why the mode could not be switched. */
  switchError = $state.raw<DraftError | null>(null);
  /** The user's choice; it may be gone by now. */
  #chosen = $state.raw<string | null>(null);
  readonly #engine: Commands;
  readonly #sockets: Sockets;
  readonly #charsets: Charsets;
  /** The draft on each side of the last switch, so that switching back gives what was typed. */
  #switched: { before: Draft; after: Draft } | null = null;

  readonly info: SocketInfo | undefined = $derived.by(() => this.#sockets.get(this.socket));
  /** The exact bytes, or why there are none. */
  readonly encoded = $derived.by(() => encodeDraft(this.desk.current, this.#charset));
  readonly choices: readonly TargetChoice[] = $derived.by(() => this.#choices());
  readonly target: TargetChoice | null = $derived.by(
    () =>
      this.choices.find((choice) => choiceKey(choice) === this.#chosen) ?? this.choices[0] ?? null,
  );
  readonly block: SendBlock | null = $derived.by(() => this.#block());

  constructor(
    engine: Commands,
    sockets: Sockets,
    socket: SocketId,
    desk: DraftDesk,
    charsets = new Charsets(),
  ) {
    this.#charsets = charsets;
    this.#engine = engine;
    this.#sockets = sockets;
    this.socket = socket;
    this.desk = desk;
  }

  /** Null unless it is a whole number a port can be. */
  get portNumber(): number | null {
    const port = /^\d{1,5}$/.test(this.port.trim()) ? Number(this.port) : 0;
    return port >= 1 && port <= 65535 ? port : null;
  }

  get canSend(): boolean {
    if (this.block !== null || this.target === null || !this.encoded.ok || this.sending)
      return false;
    if (this.target.kind === 'address') return this.host.trim() !== '' && this.portNumber !== null;
    // An empty datagram is a datagram; of a stream nothing would be sent.
    return this.encoded.bytes.byteLength > 0 || this.isUdp;
  }

  choose(choice: TargetChoice): void {
    this.#chosen = choiceKey(choice);
  }

  edit(patch: Partial<Pick<Draft, 'text' | 'lineEnding' | 'escapes' | 'encoding'>>): void {
    this.switchError = null;
    this.desk.edit(patch);
  }

  /** Converts when the bytes stay the same; else stays and says why in `switchError`. */
  switchMode(mode: Draft['mode']): void {
    const before = this.desk.current;
    if (before.mode === mode) return;
    this.switchError = null;
    if (this.#switched !== null && this.#switched.after === before) {
      this.desk.edit(this.#switched.before);
      this.#switched = null;
      return;
    }
    const converted = inMode(before, mode, this.#charset);
    if (!converted.ok) {
      this.switchError = converted.error;
      return;
    }
    this.desk.edit(converted.draft);
    this.#switched = { before, after: this.desk.current };
  }

  async send(): Promise<void> {
    const { target, encoded } = this;
    if (!this.canSend || target === null || !encoded.ok) return;
    const draft = this.desk.current;
    this.sending = true;
    try {
      const { targets } = await this.#engine.command('send', {
        socket: target.socket,
        target: toSendTarget(target, this.host.trim(), this.portNumber ?? 0),
        bytes: encoded.bytes,
      });
      this.lastTargets = targets;
      this.problem = null;
      this.desk.sent(draft);
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.sending = false;
    }
  }

  /** Of what is written; null: of an encoding that is not known, or on its way. */
  get #charset(): Charset | null {
    const name = encodingName(this.desk.current.encoding ?? 'utf-8');
    return name === null ? null : this.#charsets.get(name);
  }

  get isUdp(): boolean {
    return this.info?.kind === 'udp-socket' || this.info?.kind === 'udp-peer';
  }

  #choices(): readonly TargetChoice[] {
    if (this.info === undefined) return [];
    const peers: SocketInfo[] = [];
    for (const id of this.#sockets.children(this.socket).slice(0, MAX_LISTED_PEERS + 1)) {
      const peer = this.#sockets.get(id);
      if (peer !== undefined && peer.phase === 'open') peers.push(peer);
    }
    return targetChoices(this.info, peers);
  }

  #block(): SendBlock | null {
    const own = sendBlock(this.info);
    if (own !== null || this.target === null || this.target.socket === this.socket) return own;
    return sendBlock(this.#sockets.get(this.target.socket));
  }
}
