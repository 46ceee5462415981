import type { RecordingSplit } from '../../src-shared/contract/recording-split';
import { LEAST_PART_BYTES, LEAST_PART_MS } from '../../src-shared/contract/recording-split';
import { refusal, type Refused } from '../../src-shared/refusal/refusal';
import type { SplitPlan } from './capture/recording/recording-parts';
import { CommandError } from './command-error';

/** Of an address, or of the settings. */
type SplitOptions = { readonly [Key in keyof RecordingSplit]?: number | null };

function refuse(refused: Refused): CommandError {
  return new CommandError('ERR_BAD_ADDRESS', refused);
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
    throw refuse(refusal('split-size-least'));
  if (plan.everyMs !== null && plan.everyMs < LEAST_PART_MS)
    throw refuse(refusal('split-time-least'));
  if (plan.keepParts !== null && plan.sizeBytes === null && plan.everyMs === null)
    throw refuse(refusal('ring-needs-split'));
  return plan;
}
