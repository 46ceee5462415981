import { expect, test } from 'vitest';
import {
  localPath,
  maxPathBytes,
  paddedName,
} from '../../../../src-main/engine/sockets/local-path';

const at = (kind: 'unix' | 'pipe' | 'unix-listen' | 'pipe-listen', path: string) => ({
  kind,
  path,
});

test('a pipe of Windows has its prefix', () => {
  expect(localPath(at('pipe', 'device'), 'connect', 'win32')).toEqual({
    ok: true,
    path: String.raw`\\.\pipe\device`,
  });
  expect(localPath(at('pipe-listen', 'a/b c'), 'bind', 'win32')).toEqual({
    ok: true,
    path: String.raw`\\.\pipe\a/b c`,
  });
});

test('what a system does not have is said, with what does the same there', () => {
  expect(localPath(at('unix-listen', '/tmp/x'), 'bind', 'win32')).toMatchObject({
    ok: false,
    error: { code: 'ERR_NOT_ON_WINDOWS', syscall: 'bind', message: /pipe-listen:NAME/ },
  });
  expect(localPath(at('pipe', 'x'), 'connect', 'darwin')).toMatchObject({
    error: { code: 'ERR_WINDOWS_ONLY', message: /unix:\/tmp\/x/ },
  });
  expect(localPath(at('unix', '@x'), 'connect', 'darwin')).toMatchObject({
    error: { code: 'ERR_LINUX_ONLY' },
  });
});

test('an abstract name begins with NUL', () => {
  expect(localPath(at('unix', '@x'), 'connect', 'linux')).toEqual({ ok: true, path: '\0x' });
});

test('a libuv that fills abstract names up with zeros is told from one that does not', () => {
  for (const version of ['1.44.2', '1.46.0', '1.47.9'])
    expect(paddedName('@x', 'bind', version)).toMatchObject({ code: 'ERR_ABSTRACT_PADDED' });
  for (const version of ['1.48.0', '1.51.0', '2.0.0'])
    expect(paddedName('@x', 'connect', version)).toBe(null);
});

test.each([
  ['linux', 107],
  ['darwin', 103],
  ['freebsd', 103],
] as const)('on %s a path may have %i bytes', (platform, max) => {
  expect(maxPathBytes(platform)).toBe(max);
  const fits = `/${'é'.repeat((max - 1) / 2)}`;
  expect(localPath(at('unix', fits), 'connect', platform)).toEqual({ ok: true, path: fits });
  expect(localPath(at('unix', `${fits}x`), 'connect', platform)).toMatchObject({
    error: { code: 'ENAMETOOLONG', message: new RegExp(`${max + 1} bytes.*${max}`) },
  });
});
