import type { NamedPayload, Profile } from '../../src-shared/contract/profile';
import { BEHAVIOURS } from '../../src-shared/contract/behaviour';
import { writeOption } from '../../src-shared/address/options';
import { type Preset, presetAddress, presetListenAddress } from '../../src-shared/protocols/preset';
import { m } from '../i18n/generated/messages';

/** How a protocol is begun with. */
export interface PresetChoice {
  preset: Preset;
  side: 'client' | 'server';
  /** Of the client's side. */
  host: string;
  /** As it was typed; empty: the usual one. */
  port: string;
  transport: 'tcp' | 'udp';
  /** TLS from the first byte. */
  secure: boolean;
}

/** Whether there is a small server of it that answers a device. */
export function answersItself({ id }: Preset): boolean {
  return BEHAVIOURS.some((name) => name === id);
}

/** The address of a preset, which may lack its host yet. A server answers by itself where we can. */
export function choiceAddress(choice: PresetChoice): string {
  const { preset, side, host, transport, secure } = choice;
  const client = side === 'client';
  const usual = client
    ? presetAddress(preset, host.trim(), secure)
    : presetListenAddress(preset, secure);
  const port = choice.port.trim();
  const there = port === '' ? usual : usual.replace(/\d+$/, () => port);
  const answers = !client && answersItself(preset);
  const plain = answers ? `${there},${writeOption('behave', preset.id)}` : there;
  return transport === 'udp' ? plain.replace(/^tcp/, 'udp') : plain;
}

/** The port when none is typed. */
export function usualPort(choice: PresetChoice): string {
  return /:(\d+)(?:,|$)/.exec(choiceAddress({ ...choice, port: '' }))?.[1] ?? '';
}

/** The example payloads with what each does, in the language shown. */
function choicePayloads({ preset, side }: PresetChoice): NamedPayload[] {
  if (side === 'server') return [];
  return preset.payloads.map(({ name, hint, draft }) => ({
    name,
    draft,
    about: m[`payload_hint_${hint}`](),
  }));
}

/** All of a profile but where it is kept: the first payload is at hand in the composer. */
export function choiceProfile(choice: PresetChoice): Omit<Profile, 'id' | 'version'> {
  const { preset, side, host } = choice;
  const payloads = choicePayloads(choice);
  const [first] = payloads;
  const draft = { mode: 'text', text: '', lineEnding: preset.lineEnding, escapes: true } as const;
  const name =
    side === 'client'
      ? m.proto_client_name({ protocol: preset.name, host: host.trim() })
      : m.proto_server_name({ protocol: preset.name });
  return {
    name,
    folder: [],
    address: choiceAddress(choice),
    draft: first?.draft ?? draft,
    framing: preset.framing,
    ...(preset.decoder === null ? {} : { decoder: preset.decoder }),
    ...(payloads.length === 0 ? {} : { payloads }),
  };
}
