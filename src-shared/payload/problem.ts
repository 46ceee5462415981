/** What can be wrong with a typed payload. Stable: the window has a sentence for each. */
export type PayloadErrorCode =
  | 'odd-digit'
  | 'bad-character'
  | 'open-comment'
  | 'bad-hexdump'
  | 'squeezed-hexdump'
  | 'bad-escape'
  | 'lone-surrogate'
  | 'not-utf8'
  | 'not-typable'
  | 'not-encodable'
  | 'not-in-encoding'
  | 'unknown-encoding'
  | 'encoding-loading'
  | PlaceholderErrorCode;

/** Those of placeholders, and of what they make. */
export type PlaceholderErrorCode =
  | 'open-placeholder'
  | 'unknown-placeholder'
  | 'bad-placeholder'
  | 'placeholder-number'
  | 'placeholder-range'
  | 'unknown-checksum'
  | 'only-in-replies'
  | 'two-starts'
  | 'not-set'
  | 'no-file'
  | 'no-host'
  | 'too-long'
  | 'other-bytes'
  | 'no-dot-text';

export interface PayloadError {
  code: PayloadErrorCode;
  /** English: what is wrong and what to write instead. */
  message: string;
  /** Offset from 0: in the text that was parsed, or in the bytes that were to become text. */
  at: number;
  /** What is there. */
  found: string;
  /** Of characters that the encoding has no bytes for: how many, and where the first of them stand. */
  unencodable?: {
    encoding: string;
    count: number;
    places: readonly { at: number; found: string }[];
  };
  /** Of bytes that are no text: which encoding. */
  encoding?: string;
  /** Of a placeholder that is not complete: one that is. */
  usage?: string;
}

export type ParsedBytes =
  { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; error: PayloadError };

export type FaithfulText = { ok: true; text: string } | { ok: false; error: PayloadError };

export function failed(
  code: PayloadErrorCode,
  at: number,
  found: string,
  message: string,
): { ok: false; error: PayloadError } {
  return { ok: false, error: { code, at, found, message } };
}
