import type { Context } from 'node:vm';
import { Script, createContext } from 'node:vm';
import type { RegexPattern } from '../../../src-shared/payload/pattern';
import { regexText } from '../../../src-shared/payload/pattern';
import type { RegexRun } from '../../../src-shared/rules/match';

/** All expressions of a set together may look at one message for so long; a sensible one takes some µs. */
export const EXPRESSIONS_MS = 250;

const COMPILE = new Script(
  'expressions = sources.map(([source, flags]) => new RegExp(source, `${flags}d`)); sources = null;',
);

/** `at` tells which of them did not come to an end. */
const RUN = new Script(`found = expressions.map((expression, n) => {
  at = n;
  return expression === null ? null : (expression.exec(texts[n])?.indices ?? null);
})`);

type Span = readonly [number, number];
type Spans = readonly (Span | undefined)[] | null;

/**
 * The expressions of a set of rules. JavaScript's engine backtracks, so bytes of a stranger could hold the
 * engine for ever: they run where they are stopped (Node docs: `vm`, option `timeout`), all in one go,
 * because each go costs about 0.2 ms. V8's own linear engine knows neither `i` nor `u` nor `{2,5}`, and is
 * switched on for a whole process by a flag that V8 calls experimental. One that took too long is never
 * tried again.
 */
export class Expressions {
  readonly #patterns: readonly RegexPattern[];
  readonly #context: Context;
  readonly #gaveUp: (pattern: RegexPattern) => void;

  constructor(patterns: readonly RegexPattern[], gaveUp: (pattern: RegexPattern) => void) {
    this.#patterns = patterns;
    this.#gaveUp = gaveUp;
    const sources = patterns.map(({ source, flags }) => [source, flags]);
    this.#context = createContext({ sources, expressions: [], texts: [], found: [], at: 0 });
    COMPILE.runInContext(this.#context);
  }

  /** Of one message: nothing is looked at before the first of them is asked for. */
  over(message: Uint8Array): RegexRun {
    let found: readonly Spans[] | null = null;
    return (pattern) => {
      found ??= this.#run(message);
      return found[this.#patterns.indexOf(pattern)] ?? null;
    };
  }

  /** Ends: each time it does not come to an end, there is one expression less. */
  #run(message: Uint8Array): readonly Spans[] {
    const texts = this.#texts(message);
    for (;;) {
      this.#context['texts'] = texts;
      try {
        RUN.runInContext(this.#context, { timeout: EXPRESSIONS_MS });
        return spansOf(this.#context['found']);
      } catch (thrown) {
        if (!isTimeout(thrown)) throw thrown;
        this.#giveUp(Number(this.#context['at']));
      } finally {
        this.#context['texts'] = [];
      }
    }
  }

  /** What each sees; made once for those that see the same. */
  #texts(message: Uint8Array): string[] {
    const made = new Map<string, string>();
    return this.#patterns.map((pattern) => {
      const key = pattern.charset?.name ?? (pattern.flags.includes('u') ? 'utf-8' : 'bytes');
      const text = made.get(key) ?? regexText(message, pattern);
      made.set(key, text);
      return text;
    });
  }

  #giveUp(place: number): void {
    const expressions: unknown = this.#context['expressions'];
    if (Array.isArray(expressions)) expressions[place] = null;
    const pattern = this.#patterns[place];
    if (pattern) this.#gaveUp(pattern);
  }
}

/** It comes from another realm, so it is no `Error` of ours. */
function isTimeout(thrown: unknown): boolean {
  const code: unknown = typeof thrown === 'object' && thrown && Reflect.get(thrown, 'code');
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** Of what the script leaves there, which is made by `RegExp` alone. */
function spansOf(found: unknown): Spans[] {
  if (!Array.isArray(found)) return [];
  return found.map((spans: unknown) => (Array.isArray(spans) ? spans.map(spanOf) : null));
}

function spanOf(span: unknown): Span | undefined {
  return Array.isArray(span) ? [Number(span[0]), Number(span[1])] : undefined;
}
