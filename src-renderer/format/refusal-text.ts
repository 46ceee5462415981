import type { Problem, Reason } from '../../src-shared/refusal/refusal';
import { plainLines } from '../../src-shared/payload/plain-text';
import { captureSentences } from './capture-refusal-text';
import type { Told } from './refusal-sentences';
import { socketSentences } from './socket-refusal-text';
import { systemText } from './system-text';
import { tlsSentences } from './tls-refusal-text';

const SENTENCES: ReadonlyMap<string, (told: Told) => string | null> = new Map(
  Object.entries({ ...socketSentences, ...tlsSentences, ...captureSentences }),
);

/** What no sentence of ours names is left empty. */
const NOTHING: Told = {
  ...{ about: '', address: '', aside: '', at: '', bound: '', bytes: '', ciphers: '', count: '' },
  ...{ curve: '', curves: '', damage: '', example: '', exit: '', family: '', field: '' },
  ...{ folder: '', found: '', group: '', host: '', id: '', instead: '', key: '', kind: '' },
  ...{ max: '', min: '', more: '', most: '', ms: '', name: '', names: '', other: '', own: '' },
  ...{ path: '', pattern: '', peer: '', phase: '', reference: '', row: '', rows: '', rule: '' },
  ...{ seconds: '', sigalgs: '', source: '', text: '', version: '', what: '', where: '' },
  ...{ why: '' },
};

/** A refusal in the language shown; null: of a later version, or there is no sentence for it. */
export function refusalText(reason: Reason | undefined): string | null {
  const sentence = reason && SENTENCES.get(reason.name);
  if (reason === undefined || sentence === undefined) return null;
  const told: Told = { ...NOTHING, ...reason.values };
  // Names of files and words of others stand in them.
  const text = sentence({ ...told, why: systemText(reason.values['code'] ?? '') ?? told.why });
  return text === null ? null : plainLines(text);
}

/** What an error says, for words that have it in them. */
export function toldBy({ message, reason }: Pick<Problem, 'message' | 'reason'>): string {
  return refusalText(reason) ?? message;
}
