import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { captureArgument, OpenedFiles } from '../../src-main/opened-files';

test.each([
  [['/opt/wirebench', 'a.pcapng'], '/w/a.pcapng'],
  [['wirebench', '--inspect=9229', '/c/B.PCAPNG', 'c.pcapng'], '/c/B.PCAPNG'],
  [['wirebench', '--remote-debugging-port=1', '--x=/c/a.pcapng'], null],
  [['wirebench', '-r.pcapng', 'app://bundle/', 'a.pcapng.exe'], null],
  [[], null],
])('%j names %s', (args, path) => {
  expect(captureArgument(args, '/w')).toBe(path === null ? null : resolve(path));
});

test('files asked for before they can be opened wait, in order', () => {
  const files = new OpenedFiles();
  const opened: string[] = [];
  files.add('/1.pcapng');
  files.addArgument(['2.pcapng'], resolve('/'));
  files.deliver((path) => opened.push(path));
  files.addArgument(['--none'], '/');
  files.add('/3.pcapng');
  expect(opened).toEqual(['/1.pcapng', resolve('/2.pcapng'), '/3.pcapng']);
});
