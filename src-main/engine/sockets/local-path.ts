import type { Address } from '../../../src-shared/address/address';
import type { SocketError } from '../../../src-shared/contract/socket';

/** What Node takes as `path`, or why this system has no such socket. */
export type LocalPath = { ok: true; path: string } | { ok: false; error: SocketError };

const PIPE_PREFIX = '\\\\.\\pipe\\';

/**
 * `sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs, the closing NUL included (unix(7),
 * unix(4)). Without this check Node 20 cuts longer ones: the file then has another name than the
 * one that is told.
 */
export function maxPathBytes(platform: NodeJS.Platform): number {
  return platform === 'linux' || platform === 'android' ? 107 : 103;
}

/** The path of a local address on this system. Nothing is looked at and nothing made. */
export function localPath(
  { kind, path }: Pick<Address, 'kind' | 'path'>,
  syscall: 'bind' | 'connect',
  platform: NodeJS.Platform = process.platform,
): LocalPath {
  const name = path ?? '';
  const windows = platform === 'win32';
  const fail = (code: string, message: string): LocalPath => ({
    ok: false,
    error: { code, syscall, message },
  });
  if (kind === 'pipe' || kind === 'pipe-listen') {
    if (windows) return { ok: true, path: PIPE_PREFIX + name };
    return fail(
      'ERR_WINDOWS_ONLY',
      `named pipes are Windows' own; here ${kind.replace('pipe', 'unix')}:/tmp/${name} does the same`,
    );
  }
  if (windows)
    return fail(
      'ERR_NOT_ON_WINDOWS',
      `Node has no Unix sockets on Windows; ${kind.replace('unix', 'pipe')}:NAME does the same`,
    );
  const abstract = name.startsWith('@');
  if (abstract && platform !== 'linux' && platform !== 'android')
    return fail(
      'ERR_LINUX_ONLY',
      `abstract names (${name}) are Linux' own; use the path of a file`,
    );
  const bytes = Buffer.byteLength(name);
  const max = maxPathBytes(platform);
  if (bytes > max)
    return fail(
      'ENAMETOOLONG',
      `the path has ${bytes} bytes, and a socket's may have ${max} on this system`,
    );
  return { ok: true, path: abstract ? `\0${name.slice(1)}` : name };
}

/** Whether it is the path of a file, which stays behind when its maker dies. */
export function hasFile(path: string): boolean {
  return !path.startsWith('\0') && !path.startsWith(PIPE_PREFIX);
}
