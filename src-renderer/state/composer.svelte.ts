import type { Draft } from '../../src-shared/contract/profile';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import type { Charset } from '../../src-shared/encoding/charset';
import { encodingName } from '../../src-shared/encoding/names';
import { MAX_CHOSEN } from '../../src-shared/contract/send-limits';
import { hostFieldOf } from '../../src-shared/payload/host-field';
import type { PayloadContext } from '../../src-shared/payload/payload-template';
import type { Problem } from '../../src-shared/refusal/refusal';
import { compileDraft, type DraftError, inMode } from '../format/draft';
import { keyBytes, typedBytes } from '../format/typed-keys';
import type { Keyboard } from '../format/typed-keys';
import { Charsets } from './charsets.svelte';
import { toProblem } from './command-error';
import type { DraftDesk } from './drafts.svelte';
import type { Commands } from './engine-client';
import { choiceKey, MAX_LISTED_PEERS, sendBlock, targetChoices, toSendTarget } from './send-target';
import type { SendBlock, TargetChoice } from './send-target';
import { SentPlaces } from './sent-places.svelte';
import type { Sockets } from './sockets.svelte';

/** Writes and sends on one socket; tabs of one root share what is written (`desk`). */
export class Composer {
  readonly socket: SocketId;
  readonly desk: DraftDesk;
  readonly places: SentPlaces;
  host = $state('');
  port = $state('');
  sending = $state.raw(false);
  problem = $state.raw<Problem | null>(null);
  /** To how many the last send went; null before the first. */
  lastTargets = $state.raw<number | null>(null);
  /** Clients or peers picked one by one; some may be gone by now. */
  #picked = $state.raw<readonly SocketId[]>([]);
  /** Each key is sent as it is pressed, and nothing is written before. */
  keys = $state.raw(false);
  /** What was typed there and the encoding has not. */
  unsaid = $state.raw<string | null>(null);
  #keysSent: Promise<void> = Promise.resolve();
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
  /** What is written as it was understood. */
  readonly compiled = $derived.by(() => compileDraft(this.desk.current, this.#charset));
  /** The exact bytes, or why there are none. */
  readonly encoded = $derived.by(() => {
    const { compiled } = this;
    return compiled.ok ? compiled.template.expand(this.#context()) : compiled;
  });
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
    this.places = new SentPlaces(engine);
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

  /** Those picked that are there still. */
  get picked(): readonly SocketId[] {
    return this.#picked.filter((id) => this.#sockets.get(id)?.phase === 'open');
  }

  /** Picks one to send to, or no longer; with the first what is written goes to those picked. */
  pick(id: SocketId, on: boolean): void {
    const others = this.picked.filter((one) => one !== id);
    this.#picked = on ? [...others, id].slice(-MAX_CHOSEN) : others;
    if (this.#picked.length > 0) this.#chosen = 'some';
    else if (this.#chosen === 'some') this.#chosen = null;
  }

  choose(choice: TargetChoice): void {
    this.#chosen = choiceKey(choice);
  }

  edit(
    patch: Partial<Pick<Draft, 'text' | 'lineEnding' | 'escapes' | 'encoding' | 'variables'>>,
  ): void {
    this.switchError = null;
    this.desk.edit(patch);
  }

  /** Converts when the bytes stay the same; else stays and says why in `switchError`. */
  switchMode(mode: Draft['mode']): void {
    this.keys = false;
    const before = this.desk.current;
    if (before.mode === mode) return;
    this.switchError = null;
    if (this.#switched !== null && this.#switched.after === before) {
      this.desk.edit(this.#switched.before);
      this.#switched = null;
      return;
    }
    const converted = inMode(before, mode, this.#charset, this.#context());
    if (!converted.ok) {
      this.switchError = converted.error;
      return;
    }
    this.desk.edit(converted.draft);
    this.#switched = { before, after: this.desk.current };
  }

  /** Sends what a key stands for, each by itself. False: it types text, or is not for the socket. */
  press(pressed: Parameters<typeof keyBytes>[0]): boolean {
    const keyboard = this.#keyboard;
    const bytes = keyboard && keyBytes(pressed, keyboard);
    if (bytes === null) return false;
    this.#sendNext(bytes);
    return true;
  }

  /** Sends text that was typed or pasted into the field for keys. */
  type(text: string): void {
    const keyboard = this.#keyboard;
    if (keyboard === null || text === '') return;
    const bytes = typedBytes(text, keyboard);
    this.unsaid = bytes === null ? text : null;
    if (bytes !== null) this.#sendNext(bytes);
  }

  /** Asks for a file that payloads may hold; null: none was chosen. */
  async chooseFile(): Promise<string | null> {
    try {
      return await this.desk.supply.choose();
    } catch (thrown) {
      this.problem = toProblem(thrown);
      return null;
    }
  }

  /** Sends what is written, and begins a new line: for a dialogue line by line. */
  async sendLine(): Promise<void> {
    const draft = this.desk.current;
    await this.send();
    if (this.problem === null && this.desk.history[0] === draft) this.edit({ text: '' });
  }

  async send(): Promise<void> {
    const { target, compiled } = this;
    if (!this.canSend || target === null || !compiled.ok) return;
    const { template } = compiled;
    const draft = this.desk.current;
    this.sending = true;
    try {
      // As they are now, and not when they were shown.
      await Promise.all(template.files.map((path) => this.desk.supply.read(path)));
      this.desk.values.now = Date.now();
      const encoded = template.expand(this.#context());
      if (!encoded.ok) return;
      const { targets } = await this.#engine.command('send', {
        socket: target.socket,
        target: toSendTarget(target, this.host.trim(), this.portNumber ?? 0),
        bytes: encoded.bytes,
      });
      this.lastTargets = targets;
      if (target.kind === 'address') this.places.add(this.host.trim(), this.portNumber ?? 0);
      this.problem = null;
      this.desk.sent(draft);
      this.desk.values.sent(template);
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.sending = false;
    }
  }

  get #keyboard(): Keyboard | null {
    const charset = this.#charset;
    const { current, decoder, framing } = this.desk;
    const telnet = decoder === 'telnet' || framing === 'proto:telnet';
    return charset && { charset, lineEnding: current.lineEnding, telnet };
  }

  /** One after the other: keys must not overtake each other. */
  #sendNext(bytes: Uint8Array<ArrayBuffer>): void {
    this.#keysSent = this.#keysSent.then(async () => {
      const { target } = this;
      if (this.block !== null || target === null) return;
      try {
        const to = toSendTarget(target, this.host.trim(), this.portNumber ?? 0);
        await this.#engine.command('send', { socket: target.socket, target: to, bytes });
        this.problem = null;
      } catch (thrown) {
        this.problem = toProblem(thrown);
      }
    });
  }

  #context(): PayloadContext {
    const { values, current } = this.desk;
    const files = this.compiled.ok ? this.compiled.template.files : [];
    return {
      now: values.now,
      random: values.random,
      counters: values.counters,
      variables: new Map(Object.entries(current.variables ?? {})),
      files: this.desk.supply.contents(files),
      hostname: this.desk.supply.hostname,
      host: hostFieldOf(this.info?.address ?? ''),
      request: null,
    };
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
    return targetChoices(this.info, peers, this.picked);
  }

  #block(): SendBlock | null {
    const own = sendBlock(this.info);
    if (own !== null || this.target === null || this.target.socket === this.socket) return own;
    return sendBlock(this.#sockets.get(this.target.socket));
  }
}
