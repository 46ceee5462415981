import type { AddressOptions } from '../../src-shared/address/address-options';
import { RECORDING_OPTIONS } from '../../src-shared/address/recording-options';
import type { RecordingSplit } from '../../src-shared/contract/recording-split';
import {
  LEAST_PART_BYTES,
  LEAST_PART_MS,
  recordingSplit,
} from '../../src-shared/contract/recording-split';
import { m } from '../i18n/generated/messages';

/** Texts of fields by the names of the options, as in an address; empty: not set. */
export type SplitTexts = Readonly<Record<string, string>>;

export type ReadSplit =
  | { ok: true; split: RecordingSplit }
  /** `name`: the option that is wrong. */
  | { ok: false; name: string; message: string };

/** How recordings are split, as texts to be changed. */
export function splitTexts(split: RecordingSplit): SplitTexts {
  const { splitSizeBytes, splitTimeMs, ringMs, ringParts } = split;
  const options: AddressOptions = {
    ...(splitSizeBytes === null ? {} : { splitSizeBytes }),
    ...(splitTimeMs === null ? {} : { splitTimeMs }),
    ...(ringMs === null ? {} : { ringMs }),
    ...(ringParts === null ? {} : { ringParts }),
  };
  return Object.fromEntries(
    RECORDING_OPTIONS.map((option) => [option.name, String(option.show(options) ?? '')]),
  );
}

/** What the texts mean: the same as in an address. */
export function readSplit(texts: SplitTexts): ReadSplit {
  const options: AddressOptions = {};
  for (const option of RECORDING_OPTIONS) {
    const { name } = option;
    const text = texts[name]?.trim() ?? '';
    if (text === '' || option.set(options, text, 'tcp')) continue;
    const example = exampleOf(option.example);
    return { ok: false, name, message: m.settings_split_bad({ example }) };
  }
  const { splitSizeBytes = null, splitTimeMs = null, ringMs = null, ringParts = null } = options;
  if (splitSizeBytes !== null && splitSizeBytes < LEAST_PART_BYTES)
    return { ok: false, name: 'split-size', message: m.settings_split_small() };
  if (splitTimeMs !== null && splitTimeMs < LEAST_PART_MS)
    return { ok: false, name: 'split-time', message: m.settings_split_short() };
  const split = recordingSplit.safeParse({ splitSizeBytes, splitTimeMs, ringMs, ringParts });
  if (split.success) return { ok: true, split: split.data };
  return { ok: false, name: 'ring-parts', message: m.settings_split_countless() };
}

/** `4MiB` of `split-size=4MiB`. */
function exampleOf(written: string): string {
  return written.slice(written.indexOf('=') + 1);
}
