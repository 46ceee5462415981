import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { captureArguments, droppedPaths, OpenedFiles } from '../../src-main/opened-files';

test.each([
  [['/opt/wirebench', 'a.pcapng'], ['/w/a.pcapng']],
  [
    ['wirebench', '--inspect=9229', '/c/B.PCAPNG', 'c.pcap', 'd.cap'],
    ['/c/B.PCAPNG', '/w/c.pcap', '/w/d.cap'],
  ],
  [['wirebench', '--remote-debugging-port=1', '--x=/c/a.pcapng'], []],
  [['wirebench', '-r.pcapng', 'app://bundle/', 'a.pcapng.exe'], []],
  [[], []],
])('%j names %j', (args, paths) => {
  expect(captureArguments(args, '/w')).toEqual(paths.map((path) => resolve(path)));
});

test.each([
  [
    ['/r_10.pcap', '/r_9.pcap', '/r_1.pcap'],
    ['/r_1.pcap', '/r_9.pcap', '/r_10.pcap'],
  ],
  [['/one'], ['/one']],
  [[], null],
  [['/one', ''], null],
  [['/one', 2], null],
  [{ length: 1, 0: '/one' }, null],
  [Array.from({ length: 1001 }, () => '/one'), null],
])('of %j dropped are taken %j', (raw, paths) => {
  expect(droppedPaths(raw)).toEqual(paths);
});

test('files asked for before they can be opened wait, in order', () => {
  const files = new OpenedFiles();
  const opened: string[] = [];
  files.add(['/1.pcapng']);
  files.addArguments(['2.pcapng'], resolve('/'));
  files.deliver((paths) => opened.push(paths.join('+')));
  files.addArguments(['--none'], '/');
  files.add(['/3.pcapng', '/4.pcapng']);
  expect(opened).toEqual(['/1.pcapng', resolve('/2.pcapng'), '/3.pcapng+/4.pcapng']);
});
