import { formatCount } from '../../format/sizes';
import { m } from '../../i18n/generated/messages';
import { getLocale } from '../../i18n/locale.svelte';
import type { DraftError } from '../../format/draft';
import { errorText } from '../../format/error-text';
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
    default:
      return code satisfies never;
  }
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
export function sendProblemText({ code, message }: { code: string; message: string }): string {
  // A refusal of ours, not of the system: it says itself what and why.
  if (!/^E[A-Z0-9]+$/.test(code) && code !== 'ENGINE_LOST') return message;
  const none = { address: null, host: null, port: null, platform: null };
  const { sentence, causes } = errorText(
    { code, message },
    { doing: 'send', datagrams: true, local: false, ...none },
  );
  return code === 'EMSGSIZE' ? [sentence, ...causes].join(' ') : sentence;
}

function blockText(block: SendBlock): string {
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
