import type { Charset } from '../../src-shared/encoding/charset';
import { lengthOf } from '../../src-shared/encoding/charset';
import { encodingLabel } from '../../src-shared/encoding/names';
import type { EncodingName } from '../../src-shared/encoding/names';
import { textPreview } from './preview';

/** Enough to tell by; more would only take longer in twenty encodings. */
const TRIED_BYTES = 4096;
const SHOWN_CHARS = 160;

/** What bytes are in one encoding. */
export interface Trial {
  name: EncodingName;
  label: string;
  /** The beginning of it. */
  text: string;
  /** Bytes that are no character in it, of the first 4096. */
  wrongBytes: number;
}

/** The same bytes in many encodings: those in which they all are characters first. */
export function tryEncodings(bytes: Uint8Array, charsets: readonly Charset[]): Trial[] {
  const complete = bytes.length <= TRIED_BYTES;
  const tried = bytes.subarray(0, TRIED_BYTES);
  const trials = charsets.map((charset) => ({
    name: charset.name,
    label: encodingLabel(charset.name),
    text: textPreview(tried, SHOWN_CHARS, { complete, charset }).text,
    wrongBytes: wrongBytes(tried, charset, complete),
  }));
  return [
    ...trials.filter((trial) => trial.wrongBytes === 0),
    ...trials.filter((trial) => trial.wrongBytes > 0),
  ];
}

function wrongBytes(bytes: Uint8Array, charset: Charset, complete: boolean): number {
  let wrong = 0;
  for (let at = 0; at < bytes.length;) {
    const read = charset.read(bytes, at);
    // Cut off here, it may well be whole.
    if (read === 0 && !complete) break;
    const length = read === 0 ? bytes.length - at : lengthOf(read);
    if (read <= 0) wrong += length;
    at += length;
  }
  return wrong;
}
