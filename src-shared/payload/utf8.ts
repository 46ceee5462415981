/** What a sequence that is no valid UTF-8 counts as. */
export const INVALID = -1;

/**
 * The code point that begins at `at`, or INVALID. Strict as in the Unicode standard, table 3-7:
 * no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function codePointAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return lead;
  const length = utf8Length(lead);
  if (length === 0) return INVALID;
  let point = lead & (0x7f >> length);
  for (let n = 1; n < length; n++) {
    const next = bytes[at + n] ?? 0;
    if ((next & 0xc0) !== 0x80) return INVALID;
    point = (point << 6) | (next & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < least || surrogate || point > 0x10ffff ? INVALID : point;
}

/** How many bytes a sequence with that first byte has; 0 when none begins so. */
export function utf8Length(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}
