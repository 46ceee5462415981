import { ruleSet } from '../../src-shared/contract/rules';
import { MAX_JUDGED_BYTES } from '../../src-shared/contract/rule-words';
import type { ReplyRule, RuleSet } from '../../src-shared/contract/rules';
import type { ResultOf } from '../../src-shared/contract/engine';
import type { SocketId } from '../../src-shared/contract/socket';
import { charsetAtHand, loadCharset } from '../../src-shared/encoding/load';
import { encodingName } from '../../src-shared/encoding/names';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { parseHex } from '../../src-shared/payload/hex';
import type { PayloadError } from '../../src-shared/payload/problem';
import { parseText } from '../../src-shared/payload/text';
import type { RuleFault } from '../../src-shared/rules/understand';
import { understandRules } from '../../src-shared/rules/understand';
import type { Problem } from '../../src-shared/refusal/refusal';
import { Errand } from './asked.svelte';
import type { DraftDesk } from './drafts.svelte';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { DraftFault, ReplyDraft } from './reply-drafts';
import { copyOf, draftOf, freeName, ruleOf, spelled, spelledReply } from './reply-drafts';

/** What an editor of rules is opened with. */
export interface EditedRules {
  socket: SocketId;
  desk: DraftDesk;
  /** What `{{host}}` stands for in replies; null: the socket dials nothing. */
  host: string | null;
  /** To be written: made of rows. */
  fresh: { when: Uint8Array; reply: Uint8Array | null } | null;
}

/** What the rules make of the message that they are tried on. */
export type Trial =
  | { kind: 'result'; result: ResultOf<'tryRules'> }
  | { kind: 'bad-message'; error: PayloadError | 'unknown' | 'too-long' }
  | { kind: 'failed'; problem: Problem };

/** Nothing of files and variables: rules are whole in themselves, whoever opens their profile. */
const NOTHING = { has: () => false };

/** Undone one after the other, at most so many. */
const MAX_PAST = 100;

/** The rules of one socket while they are edited; in force only when they are applied. */
export class RuleEditor {
  drafts = $state.raw<readonly ReplyDraft[]>([]);
  /** The key of the one that is shown whole; null: none. */
  shown = $state.raw<number | null>(null);
  on = $state.raw(true);
  framing = $state.raw('none');
  /** In the notation of replies. */
  message = $state.raw('');
  trial = $state.raw<Trial | null>(null);
  readonly errand = new Errand();
  readonly encoding: string | undefined;
  readonly #engine: Commands;
  readonly #edited: EditedRules;
  #past = $state.raw<readonly (readonly ReplyDraft[])[]>([]);
  #touched = '';
  #applied = $state.raw('');
  #loaded = $state.raw(0);

  constructor(engine: Commands, edited: EditedRules, newName: string) {
    this.#engine = engine;
    this.#edited = edited;
    const { rules, encoding, unapplied } = edited.desk;
    this.encoding = encoding ?? rules?.encoding;
    this.#begin();
    this.#applied = this.#written;
    if (unapplied !== undefined)
      ({ drafts: this.drafts, on: this.on, framing: this.framing } = unapplied);
    this.shown = this.drafts[0]?.key ?? null;
    const name = encodingName(this.encoding ?? 'utf-8');
    if (name !== null && charsetAtHand(name) === null)
      void loadCharset(name).then(() => (this.#loaded += 1));
    const { fresh } = edited;
    if (fresh === null) return;
    // Before the others, or one of them might answer in its place.
    this.#insert(0, {
      name: newName,
      when: spelled(fresh.when),
      match: 'exact',
      ...(fresh.reply === null ? {} : { reply: spelledReply(fresh.reply) }),
    });
    this.message = spelled(fresh.when);
  }

  get current(): ReplyDraft | null {
    return this.drafts.find(({ key }) => key === this.shown) ?? null;
  }

  /** Something is written here that is not in force. */
  get changed(): boolean {
    return this.#written !== this.#applied;
  }

  /** The editor closes without having applied: nothing of it is lost. */
  leave(): void {
    const { drafts, on, framing } = this;
    this.#edited.desk.unapplied = this.changed ? { drafts, on, framing } : undefined;
  }

  /** As it is in force; what was written is what undo goes back to. */
  discard(): void {
    this.#remember();
    this.#touched = '';
    this.#begin();
    this.shown = this.drafts[0]?.key ?? null;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  /** What each draft cannot say, by its key. */
  readonly draftFaults: ReadonlyMap<number, readonly DraftFault[]> = $derived(
    new Map(
      this.drafts.flatMap((draft) => {
        const rule = ruleOf(draft);
        return isRule(rule) ? [] : [[draft.key, rule] as const];
      }),
    ),
  );

  /** What is wrong with what can be said, by the keys of drafts; null: of the whole set. */
  readonly faults: readonly (RuleFault & { key: number | null })[] = $derived.by(() => {
    void this.#loaded;
    const whole = this.drafts.flatMap((draft) => {
      const rule = ruleOf(draft);
      return isRule(rule) ? [{ key: draft.key, rule }] : [];
    });
    const name = encodingName(this.encoding ?? 'utf-8');
    const charset = (name === null ? null : charsetAtHand(name)) ?? UTF8;
    const parsed = understandRules(
      { ...this.#frame, rules: whole.map(({ rule }) => rule) },
      charset,
      { files: NOTHING, variables: NOTHING, host: this.#edited.host },
    );
    if (parsed.ok) return [];
    return parsed.faults.map((fault) => {
      const key = fault.rule === null ? null : (whole[fault.rule]?.key ?? null);
      return { ...fault, key };
    });
  });

  /** All of it, when nothing is wrong. */
  get set(): RuleSet | null {
    if (this.draftFaults.size > 0 || this.faults.length > 0) return null;
    const rules = this.drafts.flatMap((draft) => {
      const rule = ruleOf(draft);
      return isRule(rule) ? [rule] : [];
    });
    const checked = ruleSet.safeParse({ ...this.#frame, rules });
    return checked.success ? checked.data : null;
  }

  edit(patch: Partial<ReplyDraft>): void {
    const { shown } = this;
    // Typing on in one field is undone at once.
    const touched = `${shown ?? ''} ${Object.keys(patch).join(' ')}`;
    if (touched !== this.#touched) this.#remember();
    this.#touched = touched;
    this.drafts = this.drafts.map((draft) =>
      draft.key === shown ? { ...draft, ...patch } : draft,
    );
  }

  switch(key: number, on: boolean): void {
    this.#change(this.drafts.map((draft) => (draft.key === key ? { ...draft, on } : draft)));
  }

  add(rule: ReplyRule): void {
    this.#insert(this.drafts.length, rule);
  }

  duplicate(): void {
    const { current } = this;
    if (current === null) return;
    const made = copyOf(current, freeName(current.name, this.drafts));
    const place = this.drafts.indexOf(current) + 1;
    this.#change([...this.drafts.slice(0, place), made, ...this.drafts.slice(place)]);
    this.shown = made.key;
  }

  remove(): void {
    const { current } = this;
    if (current === null) return;
    const place = this.drafts.indexOf(current);
    this.#change(this.drafts.filter((draft) => draft !== current));
    this.shown = (this.drafts[place] ?? this.drafts[place - 1])?.key ?? null;
  }

  move(by: -1 | 1): void {
    const { current } = this;
    const place = current === null ? -1 : this.drafts.indexOf(current);
    const to = place + by;
    if (current === null || to < 0 || to >= this.drafts.length) return;
    const others = this.drafts.filter((draft) => draft !== current);
    this.#change([...others.slice(0, to), current, ...others.slice(to)]);
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#touched = '';
    this.drafts = before;
    if (this.current === null) this.shown = before[0]?.key ?? null;
  }

  /** In force from now on, and kept with the socket. False: `errand` tells why not. */
  async apply(): Promise<boolean> {
    const { set } = this;
    if (set === null) return false;
    const { socket, desk } = this.#edited;
    const inForce = this.on && set.rules.length > 0;
    const rules = inForce ? set : null;
    const done = await this.errand.run(() => this.#engine.command('setRules', { socket, rules }));
    if (done) {
      desk.rules = set.rules.length === 0 ? undefined : set;
      this.#applied = this.#written;
    }
    return done;
  }

  /** Tells what the rules, as they are here, make of the message. */
  async try(): Promise<void> {
    const { set } = this;
    const message = messageOf(this.message);
    if (set === null || this.message === '') this.trial = null;
    else if ('error' in message) this.trial = { kind: 'bad-message', error: message.error };
    else
      try {
        const { host } = this.#edited;
        const known = host === null ? {} : { host };
        const params = { rules: set, message: message.bytes, ...known };
        this.trial = { kind: 'result', result: await this.#engine.command('tryRules', params) };
      } catch (thrown) {
        this.trial = { kind: 'failed', problem: toProblem(thrown) };
      }
  }

  #begin(): void {
    const { rules, framing } = this.#edited.desk;
    this.drafts = (rules?.rules ?? []).map(draftOf);
    this.on = rules?.on ?? true;
    this.framing = (rules ? rules.framing : framing) ?? 'none';
  }

  /** What is written, to tell whether it is another. */
  get #written(): string {
    return JSON.stringify([this.on, this.framing, this.drafts.map((one) => ({ ...one, key: 0 }))]);
  }

  get #frame(): Omit<RuleSet, 'rules'> {
    const { encoding } = this;
    const framing = this.framing.trim();
    return {
      ...(this.on ? {} : { on: false }),
      ...(framing === '' || framing === 'none' ? {} : { framing }),
      ...(encoding === undefined || encoding === 'utf-8' ? {} : { encoding }),
    };
  }

  #insert(place: number, rule: ReplyRule): void {
    const made = draftOf({ ...rule, name: freeName(rule.name, this.drafts) });
    this.#change([...this.drafts.slice(0, place), made, ...this.drafts.slice(place)]);
    this.shown = made.key;
  }

  #change(drafts: readonly ReplyDraft[]): void {
    this.#remember();
    this.#touched = '';
    this.drafts = drafts;
  }

  #remember(): void {
    this.#past = [...this.#past, this.drafts].slice(-MAX_PAST);
  }
}

function isRule(made: ReplyRule | readonly DraftFault[]): made is ReplyRule {
  return !Array.isArray(made);
}

/** What `text:` and `hex:` stand for; placeholders mean nothing in a message that comes. */
function messageOf(
  text: string,
): { bytes: Uint8Array<ArrayBuffer> } | { error: PayloadError | 'unknown' | 'too-long' } {
  const [, kind = ''] = /^(hex|text):/i.exec(text) ?? [];
  if (kind === '') return { error: 'unknown' };
  const rest = text.slice(kind.length + 1);
  const parsed =
    kind.toLowerCase() === 'hex'
      ? parseHex(rest)
      : parseText(rest, { escapes: true, lineEnding: 'none' });
  if (!parsed.ok) return { error: parsed.error };
  return parsed.bytes.length > MAX_JUDGED_BYTES ? { error: 'too-long' } : { bytes: parsed.bytes };
}
