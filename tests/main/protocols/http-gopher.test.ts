import { expect, test } from 'vitest';
import { Talk } from '../../support/conversation';
import { lacks, startGophernicus, startNginx } from '../../support/real-servers';

test('HTTP with nginx: pages, an answer without body, a post, an answer in chunks', async ({
  skip,
}) => {
  const reason = lacks('nginx', 'nginx');
  skip(reason !== null, reason ?? '');
  const { port } = await startNginx();
  const talk = await Talk.dial('http', port);
  await talk.ask('HEAD /', /^200 OK/);
  await talk.ask(
    'POST /',
    /^body/,
    'POST /post HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\nhi',
  );
  await talk.ask('POST /, chunked', /^40/);
  const compressed = 'GET /long.txt HTTP/1.1\\r\\nHost: x\\r\\nAccept-Encoding: gzip\\r\\n\\r\\n';
  await talk.ask('GET /', /^last chunk/, compressed);
  await talk.ask('GET /', /^body/);
  await talk.over();
  const said = talk.labels.map((label) => label.replace(/^(< chunk, )\d+ bytes · .*/, '$1…'));
  const heads = said.filter((label) => label !== '< chunk, …');
  expect(heads).toEqual([
    '> HEAD /',
    '< 200 OK · text/html · 13 bytes',
    '> POST /post · 2 bytes',
    '> body, 2 bytes',
    '< 200 OK · text/plain · 6 bytes',
    '< body, 6 bytes',
    '> POST / · chunked',
    '> chunk, 5 bytes · hello',
    '> chunk, 7 bytes · , world',
    '> last chunk',
    '< 405 Not Allowed · text/html · 157 bytes',
    '< body, 157 bytes',
    '> GET /long.txt',
    '< 200 OK · text/plain · chunked',
    '< last chunk',
    '> GET /',
    '< 200 OK · text/html · 13 bytes',
    '< body, 13 bytes',
  ]);
  expect(said.filter((label) => label === '< chunk, …').length).toBeGreaterThan(0);
});

test('Gopher with gophernicus: a menu and a text, complete when it closes', async ({ skip }) => {
  const reason = lacks('gophernicus', 'gophernicus');
  skip(reason !== null, reason ?? '');
  const port = await startGophernicus();
  const menu = await Talk.dial('gopher', port);
  await menu.send('root menu');
  await menu.over();
  expect(menu.labels).toEqual(['> root menu', '< menu, 1 entry']);

  const text = await Talk.dial('gopher', port);
  await text.send('selector');
  await text.over();
  expect(text.labels).toEqual(['> /about.txt', '< text, 16 bytes, complete · About sockets.']);
});
