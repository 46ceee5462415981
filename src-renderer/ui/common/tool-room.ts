/** What a row of tools offers and what its parts take, CSS px. */
export interface ToolSizes {
  room: number;
  /** Of what stands first and always. */
  first: number;
  /** By id; what is in the menu counts as wide as it would be. */
  tools: ReadonlyMap<string, number>;
  gap: number;
  /** The button of the menu. */
  more: number;
}

/** Which tools go into the menu so that the rest stands in one line. `order`: the last goes first. */
export function withoutRoom(
  { room, first, tools, gap, more }: ToolSizes,
  order: readonly string[],
): ReadonlySet<string> {
  const gone = new Set<string>();
  // Not measured yet, or not shown.
  if (room === 0) return gone;
  let taken = first;
  for (const width of tools.values()) taken += gap + width;
  if (taken <= room) return gone;
  for (const id of order.toReversed()) {
    if (taken + gap + more <= room) break;
    gone.add(id);
    taken -= gap + (tools.get(id) ?? 0);
  }
  return gone;
}
