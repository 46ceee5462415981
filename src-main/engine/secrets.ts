import { open } from 'node:fs/promises';
import { MAX_SECRET_CHARS } from '../../src-shared/contract/secret';
import type { SocketError } from '../../src-shared/contract/socket';
import { refusal, type Refused } from '../../src-shared/refusal/refusal';
import { toSocketError } from './sockets/socket-error';

/** A secret, or why there is none; the value stands in no message. */
type SecretResult = { ok: true; value: string } | { ok: false; error: SocketError };

/** Finds what `secret:NAME`, `env:NAME` or `file:PATH` refers to. Never rejects. */
export type SecretResolver = (reference: string) => Promise<SecretResult>;

/**
 * The resolver of an engine. `stored` answers for `secret:NAME` with the value that the app keeps,
 * or undefined when there is none of that name.
 */
export function secretResolver(stored: (name: string) => string | undefined): SecretResolver {
  return async (reference) => {
    const colon = reference.indexOf(':');
    const name = reference.slice(colon + 1);
    switch (reference.slice(0, Math.max(colon, 0))) {
      case 'secret':
        return found(stored(name), reference);
      case 'env':
        return found(process.env[name], reference);
      case 'file':
        return await fromFile(name);
      default:
        return failed('ERR_SECRET_REFERENCE', refusal('secret-reference'));
    }
  };
}

function found(value: string | undefined, reference: string): SecretResult {
  if (value === undefined || value === '')
    return failed('ERR_SECRET_NOT_FOUND', refusal('secret-none', { reference }));
  if (value.length > MAX_SECRET_CHARS) return tooLong(reference);
  return { ok: true, value };
}

/** One line break at the end is an editor's and not part of the secret. */
async function fromFile(path: string): Promise<SecretResult> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(MAX_SECRET_CHARS * 4 + 3);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length === buffer.length) return tooLong(`file:${path}`);
      }
      const text = buffer.toString('utf8', 0, length).replace(/\r?\n$/, '');
      return found(text, `file:${path}`);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    const error = toSocketError(thrown);
    const why = `${error.code}: ${error.message}`;
    const refused = refusal('secret-unreadable', { path, why, code: error.code });
    return { ok: false, error: { ...error, code: 'ERR_SECRET_UNREADABLE', ...refused } };
  }
}

function tooLong(reference: string): SecretResult {
  return failed(
    'ERR_SECRET_TOO_LONG',
    refusal('secret-long', { reference, most: MAX_SECRET_CHARS }),
  );
}

function failed(code: string, refused: Refused): SecretResult {
  return { ok: false, error: { code, ...refused } };
}
