import type { RecordingSplit } from '../../src-shared/contract/recording-split';
import { LEAST_PART_BYTES, LEAST_PART_MS } from '../../src-shared/contract/recording-split';
import type { SplitPlan } from './capture/recording/recording-parts';
import { CommandError } from './command-error';

/** Of an address, or of the settings. */
type SplitOptions = { readonly [Key in keyof RecordingSplit]?: number | null };

function refuse(message: string): CommandError {
  return new CommandError('ERR_BAD_ADDRESS', message);
}

/** What is said of splitting a recording; null: one file. Throws ERR_BAD_ADDRESS. */
export function splitPlan(options: SplitOptions): SplitPlan | null {
  const { splitSizeBytes, splitTimeMs, ringMs, ringParts } = options;
  const plan: SplitPlan = {
    sizeBytes: splitSizeBytes ?? null,
    everyMs: splitTimeMs ?? null,
    keepMs: ringMs ?? null,
    keepParts: ringParts ?? null,
  };
  if (Object.values(plan).every((value) => value === null)) return null;
  if (plan.sizeBytes !== null && plan.sizeBytes < LEAST_PART_BYTES)
    throw refuse('split-size is at least 64KiB: smaller files would be made all the time');
  if (plan.everyMs !== null && plan.everyMs < LEAST_PART_MS)
    throw refuse('split-time is at least 1s: more files would be made all the time');
  if (plan.keepParts !== null && plan.sizeBytes === null && plan.everyMs === null)
    throw refuse('ring-parts counts files: say with split-size or split-time how big they are');
  return plan;
}
