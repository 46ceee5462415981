import type { Address } from '../../../src-shared/address/address';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';

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
  const fail = (code: string, refused: Refused): LocalPath => ({
    ok: false,
    error: { code, syscall, ...refused },
  });
  if (kind === 'pipe' || kind === 'pipe-listen') {
    if (windows) return { ok: true, path: PIPE_PREFIX + name };
    return fail(
      'ERR_WINDOWS_ONLY',
      refusal('pipes-windows', { instead: `${kind.replace('pipe', 'unix')}:/tmp/${name}` }),
    );
  }
  if (windows)
    return fail(
      'ERR_NOT_ON_WINDOWS',
      refusal('unix-windows', { instead: `${kind.replace('unix', 'pipe')}:NAME` }),
    );
  const abstract = name.startsWith('@');
  if (abstract && platform !== 'linux' && platform !== 'android')
    return fail('ERR_LINUX_ONLY', refusal('abstract-linux', { name }));
  const bytes = Buffer.byteLength(name);
  const max = maxPathBytes(platform);
  if (bytes > max) return fail('ENAMETOOLONG', refusal('path-too-long', { bytes, most: max }));
  return { ok: true, path: abstract ? `\0${name.slice(1)}` : name };
}

/** An abstract name, as it is given to Node. */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0');
}

/**
 * libuv before 1.48 (Node 20) gives the kernel all of `sun_path` for an abstract name, the zeros
 * behind it too, and they are part of the name then (libuv #4266, unix(7)): other programs, which
 * leave them off, use another one. Null: this version does not.
 */
export function paddedName(
  name: string,
  syscall: 'bind' | 'connect',
  version: string = process.versions.uv,
): SocketError | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 1 || minor >= 48) return null;
  const message = `Node ${process.versions.node} fills abstract names up with zero bytes, so only programs that do so too know ${name} by that name; Node 22 does not`;
  return { code: 'ERR_ABSTRACT_PADDED', syscall, message };
}

/** Whether it is the path of a file, which stays behind when its maker dies. */
export function hasFile(path: string): boolean {
  return !isAbstract(path) && !path.startsWith(PIPE_PREFIX);
}
