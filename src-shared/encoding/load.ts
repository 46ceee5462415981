import type { Charset } from './charset';
import type { EncodingName } from './names';
import { ASCII, LATIN1 } from './single-byte';
import { UTF16BE, UTF16LE, UTF8 } from './unicode';

/** Made once: their tables take some hundred kilobytes, and never change. */
const loaded = new Map<EncodingName, Charset>(
  [UTF8, UTF16LE, UTF16BE, ASCII, LATIN1].map((charset) => [charset.name, charset]),
);

/** At once, of an encoding without tables or one that was loaded before; null: `loadCharset` has to. */
export function charsetAtHand(name: EncodingName): Charset | null {
  return loaded.get(name) ?? null;
}

let loading: Promise<{ charsetOfTable: (name: EncodingName) => Charset }> | null = null;

/** Asked for one after the other, they come in that order, also when one is at hand and one is not. */
export async function loadCharset(name: EncodingName): Promise<Charset> {
  if (loading === null && charsetAtHand(name) === null) loading = import('./tables');
  const tables = await loading;
  const known = charsetAtHand(name);
  if (known) return known;
  const { charsetOfTable } = tables ?? (await import('./tables'));
  const charset = charsetOfTable(name);
  loaded.set(name, charset);
  return charset;
}
