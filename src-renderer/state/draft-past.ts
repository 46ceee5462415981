import type { Draft } from '../../src-shared/contract/profile';

/** So many steps are kept, and of long texts only so many characters in all. */
const MAX_STEPS = 200;
const MAX_CHARACTERS = 4 * 1024 * 1024;

interface Step {
  draft: Draft;
  /** Its variables were changed with it; else those typed since stay. */
  whole: boolean;
}

/**
 * What undo goes back to. The browser's own knows nothing of texts that were put in place of what was
 * being written, and repeats old changes at wrong places of them.
 */
export class DraftPast {
  #past: Step[] = [];
  #future: Step[] = [];
  /** What is typed or deleted letter by letter up to the next word is one step. */
  #run: 'typing' | 'deleting' | null = null;
  /** An input method is at work: what it shows meanwhile is no step. */
  #composing = false;

  /** Before `now` gives way to `next`. */
  remember(now: Draft, next: Draft): void {
    const whole = JSON.stringify(now.variables) !== JSON.stringify(next.variables);
    if (whole && now.text === next.text) return;
    const run = runOf(now, next);
    const goesOn = run !== null && run === this.#run && this.#past.length > 0;
    this.#run = /\s/.test(typed(now.text, next.text)) ? null : run;
    this.#future = [];
    if (this.#composing || (goesOn && !whole)) return;
    this.#past.push({ draft: now, whole });
    let characters = this.#past.reduce((sum, { draft }) => sum + draft.text.length, 0);
    while (this.#past.length > MAX_STEPS || (this.#past.length > 1 && characters > MAX_CHARACTERS))
      characters -= this.#past.shift()?.draft.text.length ?? 0;
  }

  /** What an input method composes from `now` on is one step. */
  compose(now: Draft | null): void {
    if (now !== null) this.#past.push({ draft: now, whole: false });
    this.#composing = now !== null;
    this.#run = null;
  }

  /** Null: there is nothing to go back to. */
  undo(now: Draft): Draft | null {
    return this.#go(now, this.#past, this.#future);
  }

  redo(now: Draft): Draft | null {
    return this.#go(now, this.#future, this.#past);
  }

  #go(now: Draft, from: Step[], to: Step[]): Draft | null {
    const step = from.pop();
    if (step === undefined) return null;
    to.push({ draft: now, whole: step.whole });
    this.#run = null;
    return step.whole ? step.draft : { ...step.draft, variables: now.variables };
  }
}

function runOf(now: Draft, next: Draft): 'typing' | 'deleting' | null {
  const longer = next.text.length - now.text.length;
  if (now.mode !== next.mode || Math.abs(longer) !== 1) return null;
  return longer === 1 ? 'typing' : 'deleting';
}

/** The part of `next` that is not in `now`. */
function typed(now: string, next: string): string {
  const { from, to } = changed(now, next);
  return next.slice(from, to);
}

/** Where `next` differs from `now`: what came to stand there, or the place where something went. */
export function changed(now: string, next: string): { from: number; to: number } {
  const most = Math.min(now.length, next.length);
  let from = 0;
  while (from < most && now[from] === next[from]) from++;
  let same = 0;
  while (same < most - from && now.at(-1 - same) === next.at(-1 - same)) same++;
  return { from, to: next.length - same };
}
