/** A visible row of a tree, in display order. */
export interface TreeRow {
  key: string;
  parent: string | null;
  /** From 1. */
  level: number;
  /** Null: it has nothing below it. */
  expanded: boolean | null;
  /** Its place among its siblings, from 1, and how many they are. */
  place: number;
  siblings: number;
}
