import type { Draft } from '../../src-shared/contract/profile';
import type { Charset } from '../../src-shared/encoding/charset';
import { encodingName } from '../../src-shared/encoding/names';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { compilePayload, withPlainBraces } from '../../src-shared/payload/compile-payload';
import { formatHex } from '../../src-shared/payload/format';
import type { PayloadPart } from '../../src-shared/payload/payload-parts';
import { payloadParts } from '../../src-shared/payload/payload-parts';
import type {
  CompiledPayload,
  PayloadContext,
  PayloadSource,
} from '../../src-shared/payload/payload-template';
import { failed } from '../../src-shared/payload/problem';
import type { FaithfulText, ParsedBytes, PayloadError } from '../../src-shared/payload/problem';
import { parseText, toTextIfFaithful } from '../../src-shared/payload/text';

export type DraftError = PayloadError;

type Switched = { ok: true; draft: Draft } | { ok: false; error: DraftError };

/**
 * A draft as it was understood, or what is wrong with it and where. `charset`: of its encoding; null:
 * there is none of that name, or it is on its way.
 */
export function compileDraft(draft: Draft, charset: Charset | null = UTF8): CompiledPayload {
  const source = sourceOf(draft, charset);
  return source === null ? noCharset(draft) : compilePayload(source, 'send');
}

function sourceOf(draft: Draft, charset: Charset | null): PayloadSource | null {
  const { mode, text, escapes, lineEnding } = draft;
  if (mode === 'hex') return { mode, text, escapes, lineEnding };
  return charset === null ? null : { mode, text, escapes, lineEnding, charset };
}

function noCharset({ encoding = 'utf-8' }: Draft): ReturnType<typeof failed> {
  return encodingName(encoding) === null
    ? failed('unknown-encoding', 0, encoding, `There is no encoding "${encoding}"`)
    : failed('encoding-loading', 0, encoding, `The characters of ${encoding} are being loaded`);
}

/**
 * The draft in the other way of writing, with the same bytes and placeholders. Hex has no line ending
 * of its own: the bytes of the ending become part of the digits, and of them again an ending.
 */
export function inMode(
  draft: Draft,
  mode: Draft['mode'],
  charset: Charset | null,
  context: PayloadContext,
): Switched {
  if (draft.mode === mode) return { ok: true, draft };
  const source = sourceOf(draft, charset);
  if (source === null || charset === null) return noCharset(draft);
  const read = payloadParts(source, 'send');
  if (!read.ok) return read;
  const switched = mode === 'hex' ? toHex(draft, read.parts) : toText(draft, read.parts, charset);
  if (!switched.ok || read.parts.every((part) => part instanceof Uint8Array)) return switched;
  return sameBytes(draft, switched.draft, charset, context);
}

/** What placeholders write as text depends on the encoding, and hex has none. */
function sameBytes(
  before: Draft,
  after: Draft,
  charset: Charset,
  context: PayloadContext,
): Switched {
  const expanded = (draft: Draft): ParsedBytes => {
    const compiled = compileDraft(draft, charset);
    return compiled.ok ? compiled.template.expand(context) : compiled;
  };
  const [old, made] = [expanded(before), expanded(after)];
  if (!old.ok) return old;
  const equal = made.ok && formatHex(made.bytes) === formatHex(old.bytes);
  if (equal) return { ok: true, draft: after };
  return failed('other-bytes', 0, '{{', 'With these placeholders it would be other bytes there');
}

function toHex(draft: Draft, parts: readonly PayloadPart[]): Switched {
  const words = parts.map((part) => (part instanceof Uint8Array ? formatHex(part) : part.found));
  const text = words.filter((word) => word !== '').join(' ');
  return { ok: true, draft: { ...draft, mode: 'hex', text } };
}

function toText(draft: Draft, parts: readonly PayloadPart[], charset: Charset): Switched {
  const ending = endingBytes(draft.lineEnding, charset);
  const last = parts.at(-1);
  // Doubled dots cannot be told from dots of the text.
  const ends = draft.lineEnding !== 'dot' && last instanceof Uint8Array && endsWith(last, ending);
  let text = '';
  for (const part of parts) {
    const cut = ends && part === last ? part.subarray(0, part.length - ending.length) : part;
    const written = partText(cut, draft, charset);
    if (!written.ok) return written;
    text += written.text;
  }
  const lineEnding = ends ? draft.lineEnding : 'none';
  return { ok: true, draft: { ...draft, mode: 'text', text, lineEnding } };
}

function partText(part: PayloadPart, { escapes }: Draft, charset: Charset): FaithfulText {
  if (!(part instanceof Uint8Array)) return { ok: true, text: part.found };
  const written = toTextIfFaithful(part, { escapes, charset });
  return written.ok ? { ok: true, text: withPlainBraces(written.text) } : written;
}

function endingBytes(lineEnding: Draft['lineEnding'], charset: Charset): Uint8Array {
  const ending = parseText('', { escapes: false, lineEnding, charset });
  return ending.ok ? ending.bytes : new Uint8Array();
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const start = bytes.length - end.length;
  return start >= 0 && end.every((byte, n) => bytes[start + n] === byte);
}
