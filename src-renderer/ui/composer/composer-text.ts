import { plainText } from '../../../src-shared/payload/plain-text';
import type { FileSendResult } from '../../../src-shared/contract/file-send';
import { duration } from '../../format/duration';
import { exactSize, formatByteRate, formatCount } from '../../format/sizes';
import { m } from '../../i18n/generated/messages';
import { getLocale } from '../../i18n/locale.svelte';
import type { PlaceholderErrorCode } from '../../../src-shared/payload/problem';
import type { Problem } from '../../../src-shared/refusal/refusal';
import type { DraftError } from '../../format/draft';
import { errorText } from '../../format/error-text';
import { problemText } from '../../format/problem-text';
import { hexPreview } from '../../format/preview';
import type { Composer } from '../../state/composer.svelte';
import type { SendBlock } from '../../state/send-target';

/** What is wrong with a draft, in the language of the window. */
export function draftErrorText(error: DraftError): string {
  const { code, found, encoding = '' } = error;
  switch (code) {
    case 'odd-digit':
      return m.composer_error_odd_digit({ found });
    case 'bad-character':
      return m.composer_error_bad_character({ found });
    case 'open-comment':
      return m.composer_error_open_comment({ found });
    case 'bad-hexdump':
      return m.composer_error_bad_hexdump({ found });
    case 'squeezed-hexdump':
      return m.composer_error_squeezed_hexdump();
    case 'bad-escape':
      return m.composer_error_bad_escape({ found });
    case 'lone-surrogate':
      return m.composer_error_lone_surrogate({ found });
    case 'not-utf8':
      return m.composer_error_not_utf8({ found });
    case 'not-typable':
      return m.composer_error_not_typable({ found });
    case 'not-encodable':
      return notEncodableText(error);
    case 'not-in-encoding':
      return m.composer_error_not_in_encoding({ found, encoding });
    case 'unknown-encoding':
      return m.composer_error_unknown_encoding({ found });
    case 'encoding-loading':
      return m.composer_error_encoding_loading();
    case 'open-placeholder':
    case 'unknown-placeholder':
    case 'bad-placeholder':
    case 'placeholder-number':
    case 'placeholder-range':
    case 'unknown-checksum':
    case 'only-in-replies':
    case 'two-starts':
    case 'not-set':
    case 'no-file':
    case 'no-host':
    case 'too-long':
    case 'other-bytes':
    case 'no-dot-text':
      return placeholderErrorText(code, error);
    default:
      return code satisfies never;
  }
}

/** Parts of a payload that a message cannot name itself: its own parameters stand in braces. */
const BRACES = { open: '{{', close: '}}', plain: '{{{{' };

function placeholderErrorText(
  code: PlaceholderErrorCode,
  { found, usage = '' }: DraftError,
): string {
  switch (code) {
    case 'open-placeholder':
      return m.composer_error_open_placeholder({ found, ...BRACES });
    case 'unknown-placeholder':
      return m.composer_error_unknown_placeholder({ found, ...BRACES });
    case 'bad-placeholder':
      return m.composer_error_bad_placeholder({ found, usage });
    case 'placeholder-number':
      return m.composer_error_placeholder_number({ found, limits: usage });
    case 'placeholder-range':
      return m.composer_error_placeholder_range({ found });
    case 'unknown-checksum':
      return m.composer_error_unknown_checksum({ found });
    case 'only-in-replies':
      return m.composer_error_only_in_replies({ found });
    case 'two-starts':
      return m.composer_error_two_starts();
    case 'not-set':
      return m.composer_error_not_set({ found });
    case 'no-file':
      return m.composer_error_no_file({ found: plainText(found) });
    case 'no-host':
      return m.composer_error_no_host({ found });
    case 'too-long':
      return m.composer_error_too_long();
    case 'other-bytes':
      return m.composer_error_other_bytes();
    case 'no-dot-text':
      return m.composer_error_dot_text({ found });
    default:
      return code satisfies never;
  }
}

/** Why a file is not in the payload; `problem`: of reading it. */
export function fileErrorText(path: string, problem: Problem | null): string {
  if (problem === null || problem.code === 'ERR_NOT_CHOSEN')
    return m.composer_error_no_file({ found: plainText(path) });
  const why = problem.code === 'EFBIG' ? m.composer_error_too_long() : fileWhy(problem);
  return `${plainText(path)}: ${why}`;
}

/** So many places of what cannot be encoded are named. */
const PLACES = 3;

function notEncodableText({ unencodable }: DraftError): string {
  const { encoding = '', count = 0, places = [] } = unencodable ?? {};
  const told = places
    .slice(0, PLACES)
    .map(({ at, found }) => m.composer_place({ found, at: formatCount(at + 1, getLocale()) }));
  const named = told.join(', ') + (count > PLACES ? ' …' : '');
  return count === 1
    ? m.composer_error_not_encodable_one({ encoding, places: named })
    : m.composer_error_not_encodable({
        ...{ count: formatCount(count, getLocale()), encoding, places: named },
      });
}

/** Why a send was refused, in the language of the window where it has words for that. */
export function sendProblemText(problem: Problem): string {
  const { code, message, reason } = problem;
  // A refusal of ours, not of the system: it says itself what and why.
  if (reason !== undefined || (!/^E[A-Z0-9]+$/.test(code) && code !== 'ENGINE_LOST'))
    return problemText(problem);
  const none = { address: null, host: null, port: null, platform: null };
  const { sentence, causes } = errorText(
    { code, message },
    { doing: 'send', datagrams: true, local: false, ...none },
  );
  return code === 'EMSGSIZE' ? [sentence, ...causes].join(' ') : sentence;
}

export function blockText(block: SendBlock): string {
  switch (block) {
    case 'unknown':
      return m.composer_off_unknown();
    case 'opening':
      return m.composer_off_opening();
    case 'closing':
      return m.composer_off_closing();
    case 'closed':
      return m.composer_off_closed();
    case 'ended':
      return m.composer_off_ended();
    case 'no-peers':
      return m.composer_off_no_peers();
    case 'read-only':
      return m.composer_off_read_only();
    default:
      return block satisfies never;
  }
}

/** How a file's way ended: how many bytes went, and if not all, why and what to do. */
export function fileResultText(result: FileSendResult): string {
  const locale = getLocale();
  const sent = exactSize(result.sentBytes, locale);
  const total = result.totalBytes === null ? '?' : exactSize(result.totalBytes, locale);
  const name = plainText(result.name);
  const rate = formatByteRate((result.sentBytes / Math.max(1, result.ms)) * 1000, locale);
  const gone = result.gone > 0 ? ` ${m.file_gone({ gone: String(result.gone) })}` : '';
  switch (result.end) {
    case 'done':
      return m.file_done({ name, sent, rate, time: duration(result.ms) }) + gone;
    case 'cancelled': {
      const queued = exactSize(result.queuedBytes, locale);
      const rest = result.queuedBytes > 0 ? ` ${m.file_queued({ queued })}` : '';
      return m.file_cancelled({ name, sent, total }) + rest;
    }
    case 'file':
      return m.file_unreadable({ name, sent, why: fileWhy(result.error) });
    case 'socket':
      return m.file_broken({ name, sent, total, why: socketWhy(result.error) });
    default:
      return result.end satisfies never;
  }
}

function fileWhy(error: FileSendResult['error']): string {
  const { code, message } = error ?? { code: '', message: '' };
  switch (code) {
    case 'ENOENT':
      return m.file_why_gone();
    case 'EACCES':
    case 'EPERM':
      return m.file_why_denied();
    case 'EISDIR':
      return m.file_why_folder();
    case 'ERR_FILE_SHRANK':
      return m.file_why_shrank();
    default:
      return plainText(message);
  }
}

function socketWhy(error: FileSendResult['error']): string {
  if (error === null || error.code === 'ERR_CLOSED') return m.file_why_closed();
  if (error.code === 'ERR_NOT_ACCEPTED') return m.file_why_not_taken();
  return sendProblemText(error);
}

/** Why Send is off; null when it is on. */
export function sendOffText(composer: Composer): string | null {
  if (composer.canSend) return null;
  if (composer.block !== null) return blockText(composer.block);
  if (composer.sending) return m.composer_off_sending();
  if (!composer.encoded.ok) return m.composer_off_error();
  if (composer.target?.kind === 'address') {
    const known = composer.host.trim() !== '' && composer.portNumber !== null;
    if (!known) return m.composer_off_address();
  }
  return composer.target === null ? m.composer_off_no_peers() : m.composer_off_empty();
}

const PREVIEWED_BYTES = 64;

/** The first of the bytes that will be sent. */
export function sentPreview(bytes: Uint8Array): string {
  const text = hexPreview(bytes, PREVIEWED_BYTES);
  return bytes.byteLength > PREVIEWED_BYTES ? `${text} …` : text;
}
