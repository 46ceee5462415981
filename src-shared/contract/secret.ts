import { z } from 'zod';

/** What `secret:NAME` in an address refers to. A name is no secret: it stands in profiles. */
export const secretName = z.string().regex(/^[\p{L}\p{N}_.-]{1,64}$/u);

/** Of one secret: a passphrase, or a pre-shared key in hex. */
export const MAX_SECRET_CHARS = 4096;
export const secretValue = z.string().min(1).max(MAX_SECRET_CHARS);

/** All that a window may know of the secrets: never a value. */
export const secretList = z.object({
  /** Those that can be used now, sorted. */
  names: z.array(secretName),
  /** In the file, but the system's key does not open them (any more): they must be given again. */
  unreadable: z.array(secretName),
  /**
   * `encrypted`: in a file, with a key that the system keeps. `this-run`: in memory only, since the
   * system has no place for such a key (on Linux: no keyring runs); gone when the app ends.
   */
  kept: z.enum(['encrypted', 'this-run']),
});
export type SecretList = z.infer<typeof secretList>;

/** Values by name, from the main process to the engine. */
export const secretValues = z.record(secretName, secretValue);
