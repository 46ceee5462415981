import type { FramingSuggestion } from '../../src-shared/contract/highlight';
import type { Row } from '../../src-shared/contract/row';
import { m } from '../i18n/generated/messages';
import { hexPreview, textPreview } from './preview';
import { formatCount } from './sizes';

/** What was counted for a suggestion: `98 of 98 chunks end in CRLF`. */
export function evidenceText({ evidence }: FramingSuggestion, locale: string): string {
  const held = formatCount(evidence.held, locale);
  const of = formatCount(evidence.of, locale);
  switch (evidence.kind) {
    case 'crlf':
      return m.suggest_crlf({ held, of });
    case 'lf':
      return m.suggest_lf({ held, of });
    case 'text-crlf':
      return m.suggest_text_crlf({ held, of });
    case 'text-lf':
      return m.suggest_text_lf({ of });
    case 'fixed':
      return m.suggest_fixed({ held, of });
    case 'length':
      return m.suggest_length({ held, of });
    case 'slip':
    case 'cobs':
    case 'startend':
      return m.suggest_marks({ held, of });
    case 'proto':
      return m.suggest_proto({ held, of });
    default:
      return evidence.kind satisfies never;
  }
}

/** So much of a frame is shown where it is tried. */
const MAX_BYTES = 64;

/** The bytes of a frame in the pieces that its chunks brought, as they are shown. */
export function framePieces({ preview, frame }: Row, showAs: 'hex' | 'text' | 'both'): string[] {
  const end = Math.min(preview.byteLength, MAX_BYTES);
  const cuts = [0, ...(frame?.cuts ?? []).filter((cut) => cut < end), end];
  return cuts.slice(1).map((cut, n) => {
    const piece = preview.subarray(cuts[n], cut);
    return showAs === 'hex' ? hexPreview(piece) : textPreview(piece, Infinity).text;
  });
}
