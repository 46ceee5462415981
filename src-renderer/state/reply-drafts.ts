import { MAX_DELAY_MS } from '../../src-shared/contract/rule-words';
import type { ReplyRule } from '../../src-shared/contract/rules';
import type { RULE_CLOSES, RULE_MATCHES } from '../../src-shared/contract/rule-words';
import { formatHex } from '../../src-shared/payload/format';
import { formatText } from '../../src-shared/payload/text';
import { withPlainBraces } from '../../src-shared/payload/compile-payload';

export type RuleMatch = (typeof RULE_MATCHES)[number];
export type RuleClose = (typeof RULE_CLOSES)[number];

/** A rule while it is edited: its figures as they are typed. */
export interface ReplyDraft {
  /** Names it while it is moved. */
  key: number;
  name: string;
  on: boolean;
  when: string;
  match: RuleMatch;
  reply: string;
  /** Ms. */
  delay: string;
  jitter: string;
  /** Percent. */
  chance: string;
  close: RuleClose;
}

/** What was written in the editor and not applied, for the next time it is opened. */
export interface UnappliedRules {
  drafts: readonly ReplyDraft[];
  on: boolean;
  framing: string;
}

/** What a draft cannot say as a rule. */
export type DraftFault = 'name' | 'when' | 'delay' | 'jitter' | 'chance';

let nextKey = 1;

export function draftOf(rule: ReplyRule): ReplyDraft {
  const { name, on = true, when, match = 'contains', reply = '', close = 'none' } = rule;
  const { delayMs = 0, jitterMs = 0, probability = 1 } = rule;
  return {
    ...{ key: nextKey++, name, on, when, match, reply, close },
    ...{ delay: String(delayMs), jitter: String(jitterMs) },
    chance: String(Math.round(probability * 1e6) / 1e4),
  };
}

/** Another one with the same content. */
export function copyOf(draft: ReplyDraft, name: string): ReplyDraft {
  return { ...draft, key: nextKey++, name };
}

/** What is left out means what is usual, so that a saved rule says only what is its own. */
export function ruleOf(draft: ReplyDraft): ReplyRule | readonly DraftFault[] {
  const { on, when, match, reply, close } = draft;
  const name = draft.name.trim();
  const delayMs = figure(draft.delay, MAX_DELAY_MS);
  const jitterMs = figure(draft.jitter, MAX_DELAY_MS);
  const chance = figure(draft.chance, 100);
  if (name === '' || when === '' || delayMs === null || jitterMs === null || chance === null)
    return [
      ...(name === '' ? (['name'] as const) : []),
      ...(when === '' ? (['when'] as const) : []),
      ...(delayMs === null ? (['delay'] as const) : []),
      ...(jitterMs === null ? (['jitter'] as const) : []),
      ...(chance === null ? (['chance'] as const) : []),
    ];
  return {
    name,
    when,
    ...(on ? {} : { on }),
    ...(match === 'contains' ? {} : { match }),
    ...(reply === '' ? {} : { reply }),
    ...(delayMs === 0 ? {} : { delayMs }),
    ...(jitterMs === 0 ? {} : { jitterMs }),
    ...(chance === 100 ? {} : { probability: chance / 100 }),
    ...(close === 'none' ? {} : { close }),
  };
}

/** A name that none of the others has. */
export function freeName(wanted: string, others: readonly Pick<ReplyDraft, 'name'>[]): string {
  const taken = new Set(others.map(({ name }) => name.trim().toLowerCase()));
  if (!taken.has(wanted.toLowerCase())) return wanted;
  let n = 2;
  while (taken.has(`${wanted} ${n}`.toLowerCase())) n++;
  return `${wanted} ${n}`;
}

/** Bytes as a pattern or a message: `text:` where all of them are text in lines, else `hex:`. */
export function spelled(bytes: Uint8Array): string {
  const isText = bytes.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 0x09,
  );
  return isText ? `text:${formatText(bytes)}` : `hex:${formatHex(bytes)}`;
}

/** Bytes as a reply: a `{{` in them is no placeholder. */
export function spelledReply(bytes: Uint8Array): string {
  const text = spelled(bytes);
  return text.startsWith('text:') ? withPlainBraces(text) : text;
}

function figure(text: string, most: number): number | null {
  const trimmed = text.trim();
  if (!/^\d+(?:\.\d+)?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value <= most ? value : null;
}
