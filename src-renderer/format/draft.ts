import type { Draft } from '../../src-shared/contract/profile';
import type { Charset } from '../../src-shared/encoding/charset';
import { encodingName } from '../../src-shared/encoding/names';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { formatHex } from '../../src-shared/payload/format';
import { parseHex } from '../../src-shared/payload/hex';
import { failed } from '../../src-shared/payload/problem';
import type { ParsedBytes, PayloadError } from '../../src-shared/payload/problem';
import { parseText, toTextIfFaithful } from '../../src-shared/payload/text';

export type DraftError = PayloadError;

/**
 * The exact bytes a draft stands for, or what is wrong with it and where. `charset`: of its encoding;
 * null: there is none of that name, or it is on its way.
 */
export function encodeDraft(draft: Draft, charset: Charset | null = UTF8): ParsedBytes {
  if (draft.mode === 'hex') return parseHex(draft.text);
  if (charset === null) return noCharset(draft);
  const { text, escapes, lineEnding } = draft;
  return parseText(text, { escapes, lineEnding, charset });
}

function noCharset({ encoding = 'utf-8' }: Draft): ReturnType<typeof failed> {
  return encodingName(encoding) === null
    ? failed('unknown-encoding', 0, encoding, `There is no encoding "${encoding}"`)
    : failed('encoding-loading', 0, encoding, `The characters of ${encoding} are being loaded`);
}

/**
 * The draft in the other way of writing, with the same bytes. Hex has no line ending of its own: the
 * bytes of the ending become part of the digits, and of them again an ending.
 */
export function inMode(
  draft: Draft,
  mode: Draft['mode'],
  charset: Charset | null = UTF8,
): { ok: true; draft: Draft } | { ok: false; error: DraftError } {
  if (draft.mode === mode) return { ok: true, draft };
  const encoded = encodeDraft(draft, charset);
  if (!encoded.ok) return encoded;
  if (mode === 'hex')
    return { ok: true, draft: { ...draft, mode, text: formatHex(encoded.bytes) } };
  if (charset === null) return noCharset(draft);
  const ending = endingBytes(draft.lineEnding, charset);
  const ends = endsWith(encoded.bytes, ending);
  const body = ends
    ? encoded.bytes.subarray(0, encoded.bytes.length - ending.length)
    : encoded.bytes;
  const text = toTextIfFaithful(body, { escapes: draft.escapes, charset });
  if (!text.ok) return text;
  const lineEnding = ends ? draft.lineEnding : 'none';
  return { ok: true, draft: { ...draft, mode, text: text.text, lineEnding } };
}

function endingBytes(lineEnding: Draft['lineEnding'], charset: Charset): Uint8Array {
  const ending = parseText('', { escapes: false, lineEnding, charset });
  return ending.ok ? ending.bytes : new Uint8Array();
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const start = bytes.length - end.length;
  return start >= 0 && end.every((byte, n) => bytes[start + n] === byte);
}
