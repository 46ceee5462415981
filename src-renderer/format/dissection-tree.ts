import type { DissectedNode } from '../../src-shared/contract/dissection';

/** One line of a dissection with what stands below it. */
export interface DissectionBranch {
  node: DissectedNode;
  below: DissectionBranch[];
}

/** The lines as a tree: each belongs to the last one before it that is less deep. */
export function dissectionTree(nodes: readonly DissectedNode[]): DissectionBranch[] {
  const roots: DissectionBranch[] = [];
  /** The last branch at each depth. */
  const open: DissectionBranch[] = [];
  for (const node of nodes) {
    const branch = { node, below: [] };
    const depth = Math.min(node.depth, open.length);
    open.length = depth;
    (open.at(-1)?.below ?? roots).push(branch);
    open.push(branch);
  }
  return roots;
}
