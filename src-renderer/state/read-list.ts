import type { z } from 'zod';

/** A list as it was kept, in JSON; what is none, or was written otherwise by another version, is left out. */
export function readList<Item>(text: string, item: z.ZodType<Item>): Item[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found.flatMap((one) => {
    const parsed = item.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}
