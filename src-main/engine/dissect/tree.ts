import { MAX_DISSECTED_DEPTH, MAX_DISSECTED_NODES } from '../../../src-shared/contract/dissection';
import type { DissectedNode } from '../../../src-shared/contract/dissection';

const MAX_TEXT = 500;

/** Where a line stands: in which of the packet's byte sources, and where in that. */
export interface SourceRange {
  source: number;
  start: number;
  length: number;
}

export interface TreeLine {
  depth: number;
  text: string;
  filter: string | null;
  severity: DissectedNode['severity'];
  at: SourceRange | null;
}

/** The lines of a tree, as many as a window can show. What a dissector writes is made of what peers sent. */
export class TreeLines {
  readonly lines: TreeLine[] = [];
  leftOut = 0;

  /** False: there is no room for it, nor for what is below it. */
  add(line: TreeLine): boolean {
    if (line.depth > MAX_DISSECTED_DEPTH || this.lines.length >= MAX_DISSECTED_NODES) {
      this.leftOut++;
      return false;
    }
    const { filter } = line;
    this.lines.push({
      ...line,
      text: cut(line.text),
      // A filter that is cut would find something else.
      filter: filter === null || filter.length > MAX_TEXT ? null : filter,
    });
    return true;
  }
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
