import { diffLines, diffWordsWithSpace } from 'diff';
import type { Charset } from '../encoding/charset';
import { formatText } from '../payload/text';

/** So long it is looked for what stayed; texts that differ more are told as wholly others. */
const MAX_MS = 300;

/** A stretch of both texts, or of one of them. */
export interface TextPart {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

export interface TextDiff {
  parts: readonly TextPart[];
  /** Stretches of neighbours that differ. */
  differences: number;
  /** False: they differ too much, and are shown one after the other. */
  aligned: boolean;
}

/** Text to be compared: what cannot be seen is spelled out, and a line ends where it says so. */
export function comparedText(bytes: Uint8Array, charset: Charset): string {
  return formatText(bytes, charset).replace(/\\(.)/gs, (escape, sign: string) =>
    sign === 'n' ? `${escape}\n` : escape,
  );
}

export function textDiff(a: string, b: string, by: 'line' | 'word'): TextDiff {
  const options = { timeout: MAX_MS };
  const found = by === 'line' ? diffLines(a, b, options) : diffWordsWithSpace(a, b, options);
  if (found === undefined) {
    const parts: TextPart[] = [
      { kind: 'removed', text: a },
      { kind: 'added', text: b },
    ];
    return { parts, differences: 1, aligned: false };
  }
  const parts = found.map(({ added, removed, value: text }): TextPart => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', text };
  });
  const begins = parts.filter(
    ({ kind }, place) => kind !== 'same' && (parts[place - 1]?.kind ?? 'same') === 'same',
  );
  return { parts, differences: begins.length, aligned: true };
}

/** As text, with `-` and `+` before lines, or around words. */
export function textDiffText({ parts }: TextDiff, by: 'line' | 'word'): string {
  if (by === 'word')
    return parts
      .map(({ kind, text }) =>
        kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `{+${text}+}`,
      )
      .join('');
  const signs = { same: ' ', removed: '-', added: '+' };
  return parts
    .flatMap(({ kind, text }) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${signs[kind]} ${line}`),
    )
    .join('\n');
}
