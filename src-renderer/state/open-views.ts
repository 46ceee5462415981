import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { LogView } from './log-view.svelte';

/** The engine's views that this window has open, by name: each is told of what grew in it. */
export class OpenViews {
  readonly #views = new Map<string, LogView>();

  add(view: LogView): void {
    this.#views.set(view.id, view);
  }

  remove(view: LogView): void {
    this.#views.delete(view.id);
  }

  clear(): void {
    this.#views.clear();
  }

  apply(grown: EngineUpdate['views']): void {
    for (const { view, length, first, scanning, search, highlight, marks } of grown) {
      const log = this.#views.get(view);
      if (log && first !== undefined) letGo(log, first);
      log?.grew(length, scanning);
      if (search === undefined) log?.search.rowsCame();
      else log?.search.grew(search);
      if (highlight !== undefined) log?.highlight.grew(highlight);
      if (marks !== undefined) log?.marksChanged();
    }
  }
}

/** Rows before that one are gone: the ring of their recording keeps no more. */
function letGo(log: LogView, first: number): void {
  log.base = Math.max(log.base, first);
  log.end = Math.max(log.end, first);
  log.version++;
}
