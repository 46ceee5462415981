import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { ProfileProblem } from '../src-shared/contract/main';
import { profile, type Profile } from '../src-shared/contract/profile';
import { PROFILE_VERSION } from '../src-shared/contract/profile-words';
import { type Reason, refusal, type Refused } from '../src-shared/refusal/refusal';
import { causeOf } from './command-error';

export const PROFILE_SUFFIX = '.wirebench.json';
const MAX_PROFILE_BYTES = 5 * 1024 * 1024;
const MAX_DEPTH = 16;
const SCHEMA_URL = 'https://wirebench.example/schemas/profile.schema.json';
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a file is no profile. `newer`: written by a later version, so not damaged. */
export class ProfileFileError extends Error {
  readonly kind: 'newer' | 'damaged';
  readonly reason: Reason;

  constructor(kind: 'newer' | 'damaged', { message, reason }: Refused) {
    super(message);
    this.name = 'ProfileFileError';
    this.kind = kind;
    this.reason = reason;
  }
}

/** What is told of a file that could not be read. */
export function fileProblemOf(error: unknown): Pick<ProfileProblem, 'message' | 'reasons'> {
  const told =
    error instanceof ProfileFileError ? error : refusal('profile-unreadable', causeOf(error));
  return { message: told.message, reasons: [told.reason] };
}

/** The published JSON Schema of a profile file: docs/schemas/profile.schema.json. */
export function profileSchema(): object {
  return { $id: SCHEMA_URL, title: 'Wirebench profile', ...z.toJSONSchema(profile) };
}

/** Keys in the order of the contract, two spaces, LF: a small change is a small diff. */
export function formatProfile(of: Profile): string {
  return `${JSON.stringify(profile.parse({ ...of, $schema: SCHEMA_URL }), null, 2)}\n`;
}

/**
 * Reads the content of a profile file. Throws a ProfileFileError with a message for the user. Nothing
 * of a file is used unless all of it is as the contract says.
 */
export function parseProfile(content: Uint8Array): Profile {
  const text = decode(content);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    const isEmpty = text.trim() === '';
    throw new ProfileFileError('damaged', refusal(isEmpty ? 'profile-empty' : 'profile-no-json'));
  }
  checkShape(raw);
  const version = z.object({ version: z.int().gt(PROFILE_VERSION) }).safeParse(raw);
  if (version.success)
    throw new ProfileFileError(
      'newer',
      refusal('profile-newer', { version: version.data.version }),
    );
  const parsed = profile.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  const why = issue?.message ?? '';
  throw new ProfileFileError(
    'damaged',
    where === '' ? refusal('profile-none', { why }) : refusal('profile-wrong', { where, why }),
  );
}

/** As `parseProfile`; also rejects with the system's error when the file cannot be read. */
export async function readProfile(path: string): Promise<Profile> {
  const file = await open(path, 'r');
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new ProfileFileError('damaged', refusal('profile-no-file'));
    if (about.size > MAX_PROFILE_BYTES)
      throw new ProfileFileError('damaged', refusal('profile-large'));
    return parseProfile(await file.readFile());
  } finally {
    await file.close();
  }
}

/** Bytes that are no UTF-8 are damage, not replacement characters in a name. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProfileFileError('damaged', refusal('profile-no-text'));
  }
}

/** Looks at everything without recursion, so that no depth of nesting can exhaust the stack. */
function checkShape(raw: unknown): void {
  const queue: { value: unknown; depth: number }[] = [{ value: raw, depth: 0 }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw new ProfileFileError('damaged', refusal('profile-deep'));
    for (const [key, inner] of Object.entries(value)) {
      if (FORBIDDEN_KEYS.has(key))
        throw new ProfileFileError('damaged', refusal('profile-key', { key }));
      queue.push({ value: inner, depth: depth + 1 });
    }
  }
}

/** A file name for a profile: readable, safe on every system, told apart by `unique`. */
export function profileFileName(of: Profile, unique = of.id.slice(0, 8)): string {
  const slug = Array.from(
    of.name
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-'),
  )
    .slice(0, 40)
    .join('')
    .replaceAll(/^-+|-+$/g, '');
  return `${slug || 'profile'}-${unique}${PROFILE_SUFFIX}`;
}

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A folder's name of a profile as a folder's name on disk. */
export function folderFileName(name: string): string {
  const safe = name
    // eslint-disable-next-line no-control-regex -- Windows refuses exactly these
    .replaceAll(/[<>:"/\\|?*\u0000-\u001f\u007f]/g, '_')
    .replaceAll(/^\.+|[. ]+$/g, '_');
  return RESERVED.test(safe) ? `_${safe}` : safe;
}
