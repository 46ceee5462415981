import { parseAddress } from '../../src-shared/address/address';
import type { SocketInfo } from '../../src-shared/contract/socket';
import type { Definition } from '../../src-shared/contract/definition';
import { choiceOf } from '../../src-shared/contract/definition-words';
import type { DecoderName } from '../../src-shared/decode/names';
import { DECODER_NAMES, DECODER_TITLES, decoderName } from '../../src-shared/decode/names';
import type { ClientDirection } from '../../src-shared/framing/frame';
import { unprivilegedPort } from '../../src-shared/protocols/preset';
import { PRESETS, presetsOnPort } from '../../src-shared/protocols/presets';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';

/** What may be chosen: a built-in decoder, `layout:NAME` or `proto:NAME`, or `none`. */
export type DecoderChoice = string;

/** `none` for a name of another version, so that it can be seen that nothing is decoded. */
export function decoderChoice(name: string): DecoderChoice {
  return decoderName(name) ?? (/^(layout|proto):./.test(name) ? name : 'none');
}

/** The decoder of the protocol that rows are framed as, if they are; null: none. */
export function framedDecoder(framing: string | undefined): DecoderChoice | null {
  return framing?.startsWith('proto:') ? decoderName(framing.slice('proto:'.length)) : null;
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

/**
 * All choices, in the language shown; protocols are called what their standards call them. One that
 * is chosen and not here any more stays among them.
 */
export function decoderOptions(
  definitions: readonly Definition[],
  chosen: DecoderChoice,
): { value: DecoderChoice; label: string }[] {
  const title = (name: DecoderName) =>
    PRESETS.find(({ decoder }) => decoder === name)?.name ?? DECODER_TITLES[name] ?? name;
  const options = [
    { value: 'none', label: m.decode_none() },
    ...DECODER_NAMES.map((value) => ({ value, label: title(value) })),
    ...definitions.map((one) => ({ value: choiceOf(one), label: definitionTitle(one) })),
  ];
  if (options.every(({ value }) => value !== chosen))
    options.push({ value: chosen, label: m.decode_gone({ name: chosen }) });
  return options;
}

/** How a decoder that somebody has described is called in lists. */
export function definitionTitle({ kind, name }: Pick<Definition, 'kind' | 'name'>): string {
  const shown = { name: plainText(name) };
  return kind === 'layout' ? m.decode_layout_of(shown) : m.decode_proto_of(shown);
}
