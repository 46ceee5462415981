import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../../support/temp-folder';
import { tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';
import { curl, exchange, serving } from './serving';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('curl', () => {
  test('gets files one after another over one connection', async () => {
    const { watched, id, port } = await serving('http');
    const { out } = await curl(
      port,
      '--write-out',
      '%{http_code} %{num_connects}\n',
      'http://127.0.0.1:PORT/status.json',
      'http://127.0.0.1:PORT/pub/bytes.bin',
      '--output',
      '/dev/null',
      '--output',
      '/dev/null',
    );
    expect(out.toString()).toBe('200 1\n200 0\n');
    expect(watched.engine.socketInfo(id)).toMatchObject({ openChildren: 0, closedChildren: 1 });
  });

  test('puts 5 MB in chunks and gets the same bytes back', async () => {
    const folder = await tempFolder();
    const bytes = randomBytes(5_000_000);
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    writeFileSync(from, bytes);
    const { port } = await serving('http');
    const put = ['--upload-file', from, '--header', 'Transfer-Encoding: chunked'];
    const status = ['--write-out', '%{http_code}', 'http://127.0.0.1:PORT/upload/big.bin'];
    const { out } = await curl(port, ...put, ...status);
    expect(out.toString()).toBe('stored\n201');
    expect((await curl(port, '--output', to, ...status)).out.toString()).toBe('200');
    expect(sha256(readFileSync(to))).toBe(sha256(bytes));
    // And again, said in chunks.
    await curl(port, '--output', to, 'http://127.0.0.1:PORT/upload/big.bin?chunked');
    expect(sha256(readFileSync(to))).toBe(sha256(bytes));
  });

  test('waits for 100-continue, posts, deletes, asks for a range and for the head', async () => {
    const { port } = await serving('http');
    const url = 'http://127.0.0.1:PORT/upload/';
    const body = ['--data-binary', 'temperature=21', '--header', 'Expect: 100-continue'];
    const posted = await curl(port, '--verbose', ...body, url);
    expect(posted.err).toMatch(/< HTTP\/1\.1 100 Continue/);
    expect(posted.err).toMatch(/< HTTP\/1\.1 201 Created[^]*< Location: \/upload\/1\r/);
    expect((await curl(port, `${url}1`)).out.toString()).toBe('temperature=21');
    expect((await curl(port, '--range', '0-3', `${url}1`)).out.toString()).toBe('temp');
    expect((await curl(port, '--range', '-2', `${url}1`)).out.toString()).toBe('21');
    const head = await curl(port, '--head', `${url}1`);
    expect(head.out.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 14\r\n/);
    const gone = ['--request', 'DELETE', '--write-out', '%{http_code}', `${url}1`];
    expect((await curl(port, ...gone)).out.toString()).toBe('204');
    expect((await curl(port, ...gone)).out.toString()).toContain('404');
  });

  test('speaks HTTP/1.0, with and without keep-alive', async () => {
    const { port } = await serving('http');
    const twice = ['http://127.0.0.1:PORT/status.json', 'http://127.0.0.1:PORT/status.json'];
    const said = ['--http1.0', '--output', '/dev/null', '--output', '/dev/null'];
    const counted = ['--write-out', '%{http_code} %{num_connects}\n'];
    expect((await curl(port, ...said, ...counted, ...twice)).out.toString()).toBe('200 1\n200 1\n');
    const keep = ['--header', 'Connection: keep-alive'];
    expect((await curl(port, ...said, ...keep, ...counted, ...twice)).out.toString()).toBe(
      '200 1\n200 0\n',
    );
  });

  test('what passed is in the capture as tshark reads HTTP', async () => {
    const file = join(await tempFolder(), 'http.pcapng');
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,behave=http', {
      path: file,
    });
    const port = local?.port ?? 0;
    await curl(port, 'http://127.0.0.1:PORT/status.json');
    watched.engine.registry.get(id).close();
    await watched.closed(id);
    const decode = ['-d', `tcp.port==${port},http`, '-T', 'fields', '-Y', 'http'];
    const shown = ['-e', 'http.request.uri', '-e', 'http.response.code', '-E', 'separator=|'];
    expect(
      tshark(file, ...decode, ...shown)
        .stdout.trim()
        .split('\n'),
    ).toEqual(['/status.json|', expect.stringMatching(/\|200$/)]);
  });
});

/** What is said, and how the answer begins. */
const hostile: [name: string, said: string, answer: RegExp][] = [
  ['nothing but an end', '', /^$/],
  ['no version', 'GET /\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['two spaces', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 505 /],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['NUL in a field', 'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 501 /],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 405 [^]*Allow: GET/],
  ['no length', 'PUT /a HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 411 /],
  [
    'a body that is too large',
    'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nx',
    /^HTTP\/1\.1 413 /,
  ],
  [
    'two lengths',
    'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length and chunks',
    'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'another coding',
    'PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n',
    /^HTTP\/1\.1 501 /,
  ],
  [
    'a chunk size that is none',
    'PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a chunk that is longer than it says',
    'PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'an expectation',
    'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\nx',
    /^HTTP\/1\.1 417 /,
  ],
  ['a long target', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, /^HTTP\/1\.1 414 /],
  [
    'a long field',
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 /,
  ],
  ['many fields', `GET / HTTP/1.1\r\nHost: a\r\n${'X: a\r\n'.repeat(200)}\r\n`, /^HTTP\/1\.1 431 /],
  ['half a percent', 'GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a NUL in the path', 'GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['up and out', 'GET /../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 404 /],
  [
    'a range past the end',
    'GET /status.json HTTP/1.1\r\nHost: a\r\nRange: bytes=999-\r\n\r\n',
    /^HTTP\/1\.1 416 [^]*Content-Range: bytes \*\//,
  ],
  [
    'an absolute target',
    'GET http://a/status.json HTTP/1.1\r\nHost: a\r\n\r\n',
    /^HTTP\/1\.1 200 [^]*"device"/,
  ],
  [
    'two requests at once',
    'GET /none HTTP/1.1\r\nHost: a\r\n\r\nHEAD /status.json HTTP/1.1\r\nHost: a\r\n\r\n',
    /^HTTP\/1\.1 404 [^]*HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/,
  ],
];

test.each(hostile)('%s', async (_name, said, answer) => {
  const { watched, port } = await serving('http');
  expect(await exchange(port, said)).toMatch(answer);
  expect(watched.faults).toEqual([]);
});

test('what a client leaves unfinished takes no room', async () => {
  const { watched, port } = await serving('http');
  const { room } = watched.engine.registry.content;
  const before = room.freeBytes;
  const head = 'PUT /upload/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n';
  expect(await exchange(port, `${head}${'x'.repeat(300_000)}`)).toBe('');
  expect(room.freeBytes).toBe(before);
});
