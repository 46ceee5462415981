import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cli, cli, ownFolder, Program } from './run-cli';

const folder = ownFolder();

/** Listens, sends a text in pieces of so many bytes, each when it is told to, then tells what it got. */
const PEER = `
import socket, sys
encoding, text, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
peer, _ = listener.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
data = text.encode(encoding)
for at in range(0, len(data), step):
    sys.stdin.readline()
    peer.send(data[at:at + step])
sys.stdin.readline()
peer.shutdown(socket.SHUT_WR)
got = b''
while True:
    more = peer.recv(4096)
    if not more: break
    got += more
print(got.hex(), flush=True)
`;

interface Said {
  /** Python's name of the encoding. */
  python: string;
  text: string;
  /** Bytes of a piece. */
  step: number;
  pieces: number;
}

/** What was printed of what came, and what the peer got in hex. */
async function talk({ python, text, step, pieces }: Said, options: readonly string[]) {
  const peer = new Program('python3', ['-u', '-c', PEER, python, text, String(step)]);
  const port = await peer.until(() => /^(\d+)\n/.exec(peer.stdout)?.[1]);
  const client = new Cli(['connect', `tcp:127.0.0.1:${port}`, ...options]);
  for (let sent = 1; sent <= pieces; sent++) {
    peer.write('\n');
    // The next piece only when this one was read: each is a chunk of its own.
    await client.until(() => received(client.stdout).length >= sent || undefined);
  }
  peer.write('\n');
  const { code, stdout } = await client.ended;
  await peer.ended;
  return { code, lines: received(stdout), got: peer.stdout.split('\n')[1] ?? '' };
}

/** The payloads of received lines; the rest of the line says when and who. */
function received(stdout: string): string[] {
  return Buffer.from(stdout, 'latin1')
    .toString()
    .split('\n')
    .flatMap((line) => /^\S+ < \S+ (.*)$/.exec(line)?.[1] ?? []);
}

describe('a peer that sends GBK in pieces of three bytes', () => {
  const record = join(folder, 'gbk.pcapng');
  const TEXT = '温度：25℃，湿度：丂\n下一行';
  const PIECES = ['温‹B6', '›度：', '25‹A1', '›℃，', '湿‹B6', '›度：', '丂\\n', '下‹D2', '›一行'];

  test('is read with no character torn, answered in GBK, and recorded as it was', async () => {
    const options = ['--encoding', 'cp936', '--send', '好的\\r\\n', '--record', record];
    const said = { python: 'gbk', text: TEXT, step: 3, pieces: PIECES.length };
    const { code, lines, got } = await talk(said, options);
    expect(code).toBe(0);
    expect(lines).toEqual(PIECES);
    expect(got).toBe('bac3b5c40d0a');
  });

  test('is read so again from its capture, and whole in frames', async () => {
    const rows = await cli('capture', 'rows', record, '--encoding', 'gbk');
    expect(received(rows.stdout)).toEqual(PIECES);
    const framed = await cli('capture', 'rows', record, '--encoding', 'gbk', '--framing', 'line');
    expect(received(framed.stdout)).toEqual(['温度：25℃，湿度：丂\\n', '下一行']);
    // Frames that cut characters are marked as chunks are.
    const cut = await cli('capture', 'rows', record, '--encoding', 'gbk', '--framing', 'fixed:5');
    expect(received(cut.stdout).slice(0, 3)).toEqual(['温度‹A3', '›：25℃', '，湿‹B6']);
  });

  test('is filtered and searched by the bytes of GBK, and expressions see its text', async () => {
    const rows = async (...filter: string[]) =>
      received((await cli('capture', 'rows', record, '--encoding', 'gbk', ...filter)).stdout);
    expect(await rows('--filter', 'text:度')).toEqual([]);
    expect(await rows('--framing', 'line', '--filter', '"湿度"')).toEqual([
      '温度：25℃，湿度：丂\\n',
    ]);
    expect(await rows('--filter', 'dir:rx and /^度./')).toEqual(['›度：', '›度：']);
    const search = await cli('capture', 'search', record, '/温.：25/', '--encoding', 'gbk');
    expect(received(search.stdout)).toEqual(['温‹B6']);
    const count = await cli('capture', 'search', record, '度', '--encoding', 'gbk', '--count');
    expect(count.stdout).toBe('2\n');
  });

  test('is written to CSV as text', async () => {
    const out = join(folder, 'rows.csv');
    const { code } = await cli(
      'capture',
      'convert',
      record,
      out,
      '--to',
      'csv',
      '--encoding',
      'gbk',
    );
    expect(code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain(',"›一行"\r\n');
  });
});

test.each([
  ['utf-8', 'utf-8', 'A温😀', 3, ['A‹E6 B8', '›温‹F0 9F', '›😀']],
  ['gb18030', 'gb18030', 'A😀Ȁ', 3, ['A‹94 39', '›😀‹81', '›Ȁ']],
  ['utf-16-le', 'utf-16le', 'A中😀b', 3, ['A‹2D', '›中‹3D D8', '›😀‹62', '›b']],
  ['shift_jis', 'sjis', 'テスト', 1, ['‹83', '›テ', '‹83', '›ス', '‹83', '›ト']],
])('%s from a peer', async (python, encoding, text, step, lines) => {
  const options = ['--encoding', encoding, '--send', text];
  const heard = await talk({ python, text, step, pieces: lines.length }, options);
  expect(heard.lines).toEqual(lines);
  const sent = new Program('python3', [
    '-c',
    `import sys; print(sys.argv[1].encode('${python}').hex())`,
    text,
  ]);
  expect(`${heard.got}\n`).toBe((await sent.ended).stdout);
});

describe('what is no encoding, or has no bytes in one, is told before anything is opened', () => {
  test.each([
    [['--encoding', 'klingon'], 'There is no encoding "klingon". There are utf-8, ascii,'],
    [['--encoding', 'gbk', '--send', 'a😀'], '1 character cannot be encoded in GBK (😀 at 2)'],
    [['--encoding', 'koi8-r', '--expect', 'text:中'], 'cannot be encoded in KOI8-R (中 at 1)'],
  ])('%j', async (options, message) => {
    const { code, stdout, stderr } = await cli('connect', 'tcp:127.0.0.1:9', ...options);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});
