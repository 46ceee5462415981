import type { DissectedNode } from '../../../src-shared/contract/dissection';
import { listOf, member } from './sharkd';
import { TreeLines } from './tree';
import type { SourceRange } from './tree';

const SEVERITIES: Readonly<Partial<Record<string, DissectedNode['severity']>>> = {
  Comment: 'comment',
  Chat: 'chat',
  Note: 'note',
  Warn: 'warning',
  Warning: 'warning',
  Error: 'error',
};

/** The answer of sharkd to `frame`: its tree, and the bytes that the ranges in it are of. */
export function sharkdTree(answer: unknown): { tree: TreeLines; sources: Uint8Array[] } {
  const tree = new TreeLines();
  // A stack of our own: what is nested without end must not take ours.
  const waiting: { node: unknown; depth: number }[] = listOf(member(answer, 'tree'))
    .map((node) => ({ node, depth: 0 }))
    .reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    // Fields that Wireshark itself hides.
    if (member(node, 'v') === true) continue;
    const text = member(node, 'l');
    const filter = member(node, 'f');
    const severity = member(node, 's');
    const added = tree.add({
      depth,
      text: typeof text === 'string' ? text : '',
      filter: typeof filter === 'string' && filter !== 'text' ? filter : null,
      severity: (typeof severity === 'string' ? SEVERITIES[severity] : null) ?? null,
      at: rangeOf(node),
    });
    const below = listOf(member(node, 'n'));
    if (!added) tree.leftOut += below.length;
    else for (const child of below.reverse()) waiting.push({ node: child, depth: depth + 1 });
  }
  return { tree, sources: sourcesOf(answer) };
}

function rangeOf(node: unknown): SourceRange | null {
  const [start, length] = listOf(member(node, 'h'));
  const source = member(node, 'ds') ?? 0;
  if (typeof start !== 'number' || typeof length !== 'number' || typeof source !== 'number')
    return null;
  return length > 0 && start >= 0 ? { source, start, length } : null;
}

/** The packet itself, then what was put together of several. */
function sourcesOf(answer: unknown): Uint8Array[] {
  const others = listOf(member(answer, 'ds'));
  return [answer, ...others].map((of) => {
    const bytes = member(of, 'bytes');
    return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : new Uint8Array(0);
  });
}
