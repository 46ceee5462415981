import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findWireshark, isProgram, openInWireshark, programOf } from '../../src-main/wireshark';
import type { Machine } from '../../src-shared/wireshark-folders';
import { tempFolder } from '../support/temp-folder';

const on = (platform: NodeJS.Platform, env: Machine['env'], ...programs: string[]): Machine => ({
  platform,
  env,
  home: '/home/me',
  isProgram: (path) => programs.includes(path),
});

describe('findWireshark', () => {
  test.each<[string, Machine, string]>([
    ['Linux', on('linux', {}, '/usr/bin/wireshark'), '/usr/bin/wireshark'],
    ['a search path', on('linux', { PATH: '/a:/b' }, '/b/wireshark'), '/b/wireshark'],
    [
      'macOS',
      on('darwin', {}, '/Applications/Wireshark.app/Contents/MacOS/Wireshark'),
      '/Applications/Wireshark.app/Contents/MacOS/Wireshark',
    ],
    [
      'macOS, of one user',
      on('darwin', {}, '/home/me/Applications/Wireshark.app/Contents/MacOS/Wireshark'),
      '/home/me/Applications/Wireshark.app/Contents/MacOS/Wireshark',
    ],
    ['Homebrew', on('darwin', {}, '/opt/homebrew/bin/wireshark'), '/opt/homebrew/bin/wireshark'],
    [
      'Windows',
      on(
        'win32',
        { ProgramFiles: 'C:\\Program Files' },
        'C:\\Program Files\\Wireshark\\Wireshark.exe',
      ),
      'C:\\Program Files\\Wireshark\\Wireshark.exe',
    ],
    [
      'Windows, search path',
      on('win32', { Path: 'C:\\Windows;D:\\net' }, 'D:\\net\\Wireshark.exe'),
      'D:\\net\\Wireshark.exe',
    ],
  ])('finds it on %s', (_where, machine, path) => expect(findWireshark(machine, null)).toBe(path));

  test('finds none where none is, nor in the current folder', () => {
    expect(findWireshark(on('linux', {}), null)).toBeNull();
    expect(
      findWireshark(on('linux', { PATH: '.::bin' }, 'wireshark', 'bin/wireshark'), null),
    ).toBeNull();
    expect(
      findWireshark(on('win32', { Path: '.;' }, 'Wireshark.exe', '.\\Wireshark.exe'), null),
    ).toBeNull();
  });

  test('takes the one that was chosen or none', () => {
    const both = on('linux', {}, '/usr/bin/wireshark', '/opt/w/wireshark');
    expect(findWireshark(both, '/opt/w/wireshark')).toBe('/opt/w/wireshark');
    expect(findWireshark(both, '/gone/wireshark')).toBeNull();
  });
});

test('a program is a file that can be run, at an absolute path', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no such modes');
  const folder = await tempFolder();
  const file = join(folder, 'wireshark');
  expect(isProgram(file)).toBe(false);
  await writeFile(file, '#!/bin/sh\n', { mode: 0o644 });
  expect(isProgram(file)).toBe(false);
  expect(() => programOf(file)).toThrow(/not a program/);
  await chmod(file, 0o755);
  expect(isProgram(file)).toBe(true);
  expect(programOf(file)).toBe(file);
  expect(isProgram(folder)).toBe(false);
  expect(isProgram('sh')).toBe(false);
  const inside = join(folder, 'Wireshark.app', 'Contents', 'MacOS');
  await mkdir(inside, { recursive: true });
  await writeFile(join(inside, 'Wireshark'), '#!/bin/sh\n', { mode: 0o755 });
  expect(programOf(join(folder, 'Wireshark.app'))).toBe(join(inside, 'Wireshark'));
});

describe('openInWireshark', () => {
  test('gives the capture as one argument, whatever its name', async ({ skip }) => {
    skip(process.platform === 'win32', 'the stand-in is a shell script');
    const folder = await tempFolder();
    const program = join(folder, 'wireshark');
    const said = join(folder, 'said');
    const script = `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > '${said}.part' && mv '${said}.part' '${said}'\n`;
    await writeFile(program, script, { mode: 0o755 });
    const capture = join(folder, '$(touch x) "a";-b.pcapng');
    await openInWireshark(program, capture);
    await vi.waitFor(async () => {
      expect(await readFile(said, 'utf8')).toBe(`2\n-r\n${capture}\n`);
    });
  });

  test('says when there is none, and when it does not start', async () => {
    await expect(openInWireshark(null, '/x')).rejects.toMatchObject({ code: 'no-wireshark' });
    const gone = join(await tempFolder(), 'gone');
    await expect(openInWireshark(gone, '/x')).rejects.toMatchObject({
      code: 'wireshark-failed',
      message: expect.stringContaining('did not start') as unknown,
    });
  });
});
