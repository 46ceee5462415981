import { parseAddress } from '../../src-shared/address/address';
import type { SocketInfo } from '../../src-shared/contract/socket';
import type { DecoderName } from '../../src-shared/decode/names';
import { DECODER_NAMES, decoderName } from '../../src-shared/decode/names';
import type { ClientDirection } from '../../src-shared/framing/split';
import { unprivilegedPort } from '../../src-shared/protocols/preset';
import { PRESETS, presetsOnPort } from '../../src-shared/protocols/presets';
import { m } from '../i18n/generated/messages';

/** What may be chosen: a decoder, or `none`. */
export type DecoderChoice = DecoderName | 'none';

/** `none` for a name of another version, so that it can be seen that nothing is decoded. */
export function decoderChoice(name: string): DecoderChoice {
  return decoderName(name) ?? 'none';
}

/** The decoder of the protocol that is usual on the port of an address, also of our own servers. */
export function usualDecoder(address: string): DecoderChoice {
  const parsed = parseAddress(address);
  if (!parsed.ok) return 'none';
  const { port } = parsed.address;
  const ours = PRESETS.filter((preset) => unprivilegedPort(preset.port) === port);
  return [...presetsOnPort(port), ...ours][0]?.decoder ?? 'none';
}

/** What asks: we, when we have dialled; who came to our listener. In a capture the lower port serves. */
export function clientDirection(info: SocketInfo, parent: SocketInfo | undefined): ClientDirection {
  if (parent === undefined) return 'out';
  if (parent.kind !== 'capture-file') return parent.kind === 'dialer' ? 'out' : 'in';
  return (info.remote?.port ?? 0) < (info.local?.port ?? 0) ? 'out' : 'in';
}

/** All choices, in the language shown; protocols are called what their standards call them. */
export function decoderOptions(): { value: DecoderChoice; label: string }[] {
  const title = (name: DecoderName) =>
    PRESETS.find(({ decoder }) => decoder === name)?.name ?? name;
  return [
    { value: 'none', label: m.decode_none() },
    ...DECODER_NAMES.map((value) => ({ value, label: title(value) })),
  ];
}
