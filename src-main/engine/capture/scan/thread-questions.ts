import type { FramingSuggestion } from '../../../../src-shared/contract/highlight';

/*
 * What a thread that looks at a capture can be asked about it, besides what it looks for by itself:
 * each question is answered once, from the rows it has been told of by then.
 */

export type Question =
  /** Which rules these rows pass: row numbers, or with `frames` the words of frames. */
  | { about: 'marks'; frames: boolean; words: Uint32Array<ArrayBuffer> }
  /** What a framing makes of the first rows. */
  | { about: 'framing'; framing: string }
  /** Which framings the first rows suggest; `port` is that of the root. */
  | { about: 'suggestions'; port: number | null };

export type Answer =
  /** For each row asked about, a bit for each rule. */
  | { about: 'marks'; bits: Uint32Array<ArrayBuffer> }
  | {
      about: 'framing';
      /** The words of the first and of the last frames. */
      first: Uint32Array<ArrayBuffer>;
      last: Uint32Array<ArrayBuffer>;
      frames: number;
      /** Rows looked at. */
      rows: number;
    }
  | { about: 'suggestions'; suggestions: FramingSuggestion[] };

/** What a thread begins with that looks for nothing and only answers. */
export interface Asked {
  /** Expressions of highlight rules. */
  rules: string[];
  /** The rule that is being tried stands here, for whoever has to end it. */
  trying: SharedArrayBuffer;
}
