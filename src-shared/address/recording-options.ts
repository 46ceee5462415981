import type { OptionSpec } from './option-spec';
import { size, time, whole } from './option-spec';
import { STREAMS, UDP } from './kinds';

const kinds = [...STREAMS, ...UDP];

/** How a recording is split, and what of it is kept. */
export const RECORDING_OPTIONS: readonly OptionSpec[] = [
  size('split-size', 'splitSizeBytes', { kinds }),
  time('split-time', 'splitTimeMs', '1h', { kinds }),
  time('ring', 'ringMs', '10m', { kinds }),
  whole('ring-parts', 'ringParts', { min: 1, max: 100_000, example: '10' }, { kinds }),
];
