import type { HighlightRule } from '../../src-shared/contract/highlight';
import type { Draft, NamedPayload, SavedPairing } from '../../src-shared/contract/profile';
import type { RuleSet } from '../../src-shared/contract/rules';
import { DraftPast } from './draft-past';
import { HighlightRules } from './highlight.svelte';
import type { LogStatistics } from './log-statistics.svelte';
import type { LogTerm } from './log-term.svelte';
import type { UnappliedRules } from './reply-drafts';
import { PayloadSupply } from './payload-supply.svelte';
import { PayloadValues } from './payload-values.svelte';

const MAX_HISTORY = 200;

const emptyDraft: Draft = { mode: 'text', text: '', lineEnding: 'none', escapes: true };

/** What a socket's composer begins with. */
export interface Kit {
  draft?: Draft | undefined;
  payloads?: readonly NamedPayload[] | undefined;
  /** How rows are cut and read, in the words of profiles. */
  framing?: string | undefined;
  decoder?: string | undefined;
  /** How its logs read text. */
  encoding?: string | undefined;
  /** Which answer belongs to which request in its charts. */
  pairing?: SavedPairing | undefined;
  highlights?: readonly HighlightRule[] | undefined;
  /** What the socket answers by itself. */
  rules?: RuleSet | undefined;
}

/** What is being written for one root socket, and what was sent on it before. */
export class DraftDesk {
  current = $state.raw<Draft>(emptyDraft);
  /** What its placeholders stand for that is the same for all sockets. */
  readonly supply: PayloadSupply;
  /** Enter sends a text and begins a new one; else it begins a new line of it. */
  enterSends = $state.raw(false);
  /** Of its placeholders. */
  readonly values = new PayloadValues();
  /** Newest first, each once. */
  history = $state.raw<readonly Draft[]>([]);
  /** Those of the profile it was opened from, in their order. */
  readonly payloads: readonly NamedPayload[];
  /** In force in its logs; undefined: chunks as they came. */
  framing = $state.raw<string | undefined>();
  /** What was chosen; undefined: whatever is usual on the port. */
  decoder = $state.raw<string | undefined>();
  /** Chosen for single flows of a capture, by socket: each may be of another protocol. */
  flowDecoders = $state.raw<ReadonlyMap<number, string>>(new Map());
  /** What text is in its logs; undefined: UTF-8. */
  encoding = $state.raw<string | undefined>();
  /** In force in its charts; undefined: answers are not looked for. */
  pairing = $state.raw<SavedPairing | undefined>();
  /** What stands out in its logs. */
  readonly highlights: HighlightRules;
  /** As they were applied last; with `on` false they are only kept. */
  rules = $state.raw<RuleSet | undefined>();
  /** What was written in their editor and not applied; kept while the window stands. */
  unapplied: UnappliedRules | undefined;
  /** Where Alt+↑ has gone to in the history; -1: at what is being written. */
  #place = -1;
  #unsent: Draft = emptyDraft;
  readonly #past = new DraftPast();

  constructor(kit: Kit = {}, supply = new PayloadSupply()) {
    const { draft, payloads, framing, decoder, encoding, pairing, highlights } = kit;
    this.supply = supply;
    this.highlights = new HighlightRules(highlights);
    this.rules = kit.rules;
    this.current = draft ?? { ...emptyDraft, ...(encoding === undefined ? {} : { encoding }) };
    this.encoding = encoding;
    this.payloads = payloads ?? [];
    this.framing = framing;
    this.decoder = decoder;
    this.pairing = pairing;
  }

  /** What another desk, a profile or the page after a reload goes on from. */
  get kit(): Kit & { draft: Draft; payloads: readonly NamedPayload[] } {
    const { current: draft, payloads, framing, decoder, encoding, pairing, rules } = this;
    const { list } = this.highlights;
    const highlights = list.length === 0 ? undefined : list;
    return { draft, payloads, framing, decoder, encoding, pairing, highlights, rules };
  }

  decoderOf(socket: number): string | undefined {
    return this.flowDecoders.get(socket) ?? this.decoder;
  }

  decodeFlow(socket: number, decoder: string): void {
    this.flowDecoders = new Map([...this.flowDecoders, [socket, decoder]]);
  }

  /** A log begins with its framing, and changes it. */
  frames(term: LogTerm<unknown>): void {
    if (this.framing !== undefined && this.framing !== 'none') term.begin(this.framing);
    term.used = (framing) => void (this.framing = framing ?? undefined);
  }

  /** The charts of a log begin with its rule, and change it. */
  pairs(statistics: Pick<LogStatistics, 'begin' | 'used'>): void {
    if (this.pairing !== undefined) statistics.begin(this.pairing);
    statistics.used = (pairing) => void (this.pairing = pairing);
  }

  /** Puts a named payload in place of what is being written. False when there is none. */
  insert(place: number): boolean {
    const payload = this.payloads[place];
    if (payload === undefined) return false;
    this.recall(payload.draft);
    return true;
  }

  edit(patch: Partial<Draft>): void {
    this.#change({ ...this.current, ...patch });
    this.#place = -1;
  }

  /** Back before the last change, also one that put another text in its place. False: there is none. */
  undo(): boolean {
    return this.#take(this.#past.undo(this.current));
  }

  redo(): boolean {
    return this.#take(this.#past.redo(this.current));
  }

  /** An input method begins or ends to compose. */
  compose(on: boolean): void {
    this.#past.compose(on ? this.current : null);
  }

  sent(draft: Draft): void {
    const others = this.history.filter((one) => !same(one, draft));
    this.history = [draft, ...others].slice(0, MAX_HISTORY);
    this.#place = -1;
  }

  /** False when there is no older one. */
  older(): boolean {
    return this.#goTo(this.#place + 1);
  }

  /** Back to what was being written in the end. False when already there. */
  newer(): boolean {
    return this.#goTo(this.#place - 1);
  }

  /** A draft without an encoding is of UTF-8, whatever the one before it was of. */
  recall(draft: Draft): void {
    this.#change({ encoding: 'utf-8', ...draft });
    this.#place = -1;
  }

  /** Logs read text in it from now on; what is typed is sent in it too, unless that had its own. */
  readonly readIn = (encoding: string): void => {
    if (encodingOf(this.current) === (this.encoding ?? 'utf-8')) this.edit({ encoding });
    this.encoding = encoding;
  };

  #goTo(place: number): boolean {
    if (place < -1 || place >= this.history.length) return false;
    if (this.#place === -1) this.#unsent = this.current;
    this.#place = place;
    this.#change(this.history[place] ?? this.#unsent);
    return true;
  }

  #change(next: Draft): void {
    if (same(this.current, next)) return;
    this.#past.remember(this.current, next);
    this.current = next;
  }

  #take(draft: Draft | null): boolean {
    if (draft === null) return false;
    this.current = draft;
    this.#place = -1;
    return true;
  }
}

function same(a: Draft, b: Draft): boolean {
  return (
    a.mode === b.mode &&
    a.text === b.text &&
    a.lineEnding === b.lineEnding &&
    a.escapes === b.escapes &&
    encodingOf(a) === encodingOf(b) &&
    JSON.stringify(a.variables ?? {}) === JSON.stringify(b.variables ?? {})
  );
}

function encodingOf({ encoding = 'utf-8' }: Draft): string {
  return encoding;
}
