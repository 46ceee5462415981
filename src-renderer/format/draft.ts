import type { Draft } from '../../src-shared/contract/profile';
import { formatHex } from '../../src-shared/payload/format';
import { parseHex } from '../../src-shared/payload/hex';
import type { ParsedBytes, PayloadError } from '../../src-shared/payload/problem';
import { parseText, toTextIfFaithful } from '../../src-shared/payload/text';

export type DraftError = PayloadError;

/** The exact bytes a draft stands for, or what is wrong with it and where. */
export function encodeDraft(draft: Draft): ParsedBytes {
  return draft.mode === 'hex' ? parseHex(draft.text) : parseText(draft.text, draft);
}

/**
 * The draft in the other way of writing, with the same bytes. Hex has no line ending of its own: the
 * bytes of the ending become part of the digits, and of them again an ending.
 */
export function inMode(
  draft: Draft,
  mode: Draft['mode'],
): { ok: true; draft: Draft } | { ok: false; error: DraftError } {
  if (draft.mode === mode) return { ok: true, draft };
  const encoded = encodeDraft(draft);
  if (!encoded.ok) return encoded;
  if (mode === 'hex')
    return { ok: true, draft: { ...draft, mode, text: formatHex(encoded.bytes) } };
  const ending = endingBytes(draft.lineEnding);
  const ends = endsWith(encoded.bytes, ending);
  const body = ends
    ? encoded.bytes.subarray(0, encoded.bytes.length - ending.length)
    : encoded.bytes;
  const text = toTextIfFaithful(body, draft);
  if (!text.ok) return text;
  const lineEnding = ends ? draft.lineEnding : 'none';
  return { ok: true, draft: { ...draft, mode, text: text.text, lineEnding } };
}

function endingBytes(lineEnding: Draft['lineEnding']): Uint8Array {
  const ending = parseText('', { escapes: false, lineEnding });
  return ending.ok ? ending.bytes : new Uint8Array();
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const start = bytes.length - end.length;
  return start >= 0 && end.every((byte, n) => bytes[start + n] === byte);
}
