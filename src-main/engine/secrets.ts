import { open } from 'node:fs/promises';
import { MAX_SECRET_CHARS } from '../../src-shared/contract/secret';
import type { SocketError } from '../../src-shared/contract/socket';
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
        return failed(
          'ERR_SECRET_REFERENCE',
          'a secret is given as secret:NAME, env:NAME or file:PATH',
        );
    }
  };
}

function found(value: string | undefined, reference: string): SecretResult {
  if (value === undefined || value === '')
    return failed('ERR_SECRET_NOT_FOUND', `there is no secret ${reference}`);
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
    const { code, message, ...call } = toSocketError(thrown);
    return {
      ok: false,
      error: {
        ...call,
        code: 'ERR_SECRET_UNREADABLE',
        message: `cannot read the secret of file:${path} (${code}: ${message})`,
      },
    };
  }
}

function tooLong(reference: string): SecretResult {
  return failed(
    'ERR_SECRET_TOO_LONG',
    `the secret ${reference} has more than ${MAX_SECRET_CHARS} characters`,
  );
}

function failed(code: string, message: string): SecretResult {
  return { ok: false, error: { code, message } };
}
