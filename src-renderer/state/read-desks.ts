import { z } from 'zod';
import { profile } from '../../src-shared/contract/profile';
import { type KeptDesk, MAX_KEPT_HISTORY } from './kept-desks';
import { readList } from './read-list';

/* Apart from `kept-desks.ts`, which the first frame has with it: schemas are loaded later. */

const desk = z.object({
  /** Of which socket of which engine: see `deskKey`. */
  key: z.string(),
  kit: profile
    .pick({
      draft: true,
      framing: true,
      decoder: true,
      encoding: true,
      pairing: true,
      payloads: true,
      highlights: true,
      rules: true,
    })
    .strip(),
  history: z.array(profile.shape.draft.unwrap()).max(MAX_KEPT_HISTORY),
  flowDecoders: z.array(z.tuple([z.int(), profile.shape.decoder.unwrap()])).default([]),
});

/** Those that can be read; what another version wrote otherwise is left out. */
export function readDesks(text: string): KeptDesk[] {
  return readList(text, desk);
}
