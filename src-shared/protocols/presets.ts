import { devicePresets } from './presets-devices';
import { mailPresets } from './presets-mail';
import { smallPresets } from './presets-small';
import { filePresets } from './presets-files';
import { terminalPresets } from './presets-terminal';
import type { Preset, PresetId } from './preset';

/** All presets, in the order a list shows them. */
export const PRESETS: readonly Preset[] = [
  ...filePresets,
  ...mailPresets,
  ...terminalPresets,
  ...devicePresets,
  ...smallPresets,
];

/** The preset of that name; null for a name of another version. */
export function presetOf(id: PresetId | (string & {})): Preset | null {
  return PRESETS.find((preset) => preset.id === id) ?? null;
}

/** The presets spoken on this port, plain or inside TLS; for a suggestion, never applied unasked. */
export function presetsOnPort(port: number): Preset[] {
  return PRESETS.filter((preset) => preset.port === port || preset.tlsPort === port);
}
