import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OPTION_ROWS } from '../../src-main/engine/sockets/option-readings';
import { OPTION_TABLE } from '../../src-shared/address/options';
import { BEHAVIOURS } from '../../src-shared/contract/behaviour';
import { call } from '../../src-shared/contract/control-commands';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/socket-api.md'), 'utf8');

/** The rows of a section, as cells. */
function rows(section: string): string[][] {
  const text = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| Call |'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const SECTIONS = ['Calls', 'TLS', 'Protocols', 'Out of reach'];

/** The seed's table: what must be reachable. */
const CALLS = [
  ...['AF_INET', 'AF_UNIX', 'SOCK_STREAM', 'SOCK_DGRAM', 'bind', 'listen', 'accept', 'connect'],
  ...['connect_ex', 'recv', 'send', 'sendall', 'recvfrom', 'sendto', 'close', 'getpeername'],
  ...['getsockname', 'setsockopt', 'getsockopt', 'settimeout', 'gettimeout', 'fileno'],
  ...['setblocking', 'makefile', 'SocketServer'],
];

describe('docs/socket-api.md', () => {
  test.each(SECTIONS)('%s: each row names tests, and they are there', (section) => {
    const all = rows(section);
    expect(all.length).toBeGreaterThan(5);
    for (const cells of all.filter(
      ([first]) => !/^(?:Part|Protocol|Constant or call)$/.test(first ?? ''),
    )) {
      const tests = [...(cells.at(-1) ?? '').matchAll(/`(tests\/[^`]+)`/g)].map(([, path]) => path);
      expect(tests.length, cells[0]).toBeGreaterThan(0);
      for (const path of tests) expect(existsSync(join(root, path ?? '')), path).toBe(true);
    }
  });

  test('has a row for each call of the table, in window and command line', () => {
    for (const name of CALLS) {
      const cells = rows('Calls').find(([first]) => first?.includes(`\`${name}\``));
      expect(cells, name).toBeDefined();
      expect(cells?.[1], `${name} in the window`).not.toBe('');
      expect(cells?.[2], `${name} on the command line`).not.toBe('');
    }
    const protocols = rows('Protocols').map(([first]) => first);
    for (const name of ['HTTP', 'NNTP', 'FTP', 'SMTP', 'POP3', 'IMAP4', 'Telnet', 'Gopher'])
      expect(
        protocols.some((one) => one?.startsWith(`${name} `)),
        name,
      ).toBe(true);
  });

  test('names only options, behaviours and calls that there are', () => {
    const known = new Set(OPTION_TABLE.map(({ name }) => name));
    const named = rows('Calls')
      .concat(rows('TLS'))
      .flatMap((cells) => {
        const [, list = ''] = /[Oo]ptions? ((?:`[^`]+`(?:, )?)+)/.exec(cells[2] ?? '') ?? [];
        return [...list.matchAll(/`([a-z0-9-]+)/g)].map(([, name]) => name ?? '');
      });
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const flags = [
      ...page.matchAll(
        /`(?:(?:listen )?--(?=\w)|(?=relay`))(echo|discard|chargen|daytime|time|reply|hub|relay|http|nntp|ftp|smtp|pop3|imap4|telnet|gopher)`/g,
      ),
    ];
    const behaviours = flags.map(([, name]) => name ?? '');
    expect([...new Set(behaviours)].sort()).toEqual([...BEHAVIOURS].sort());
    expect(call.shape.call.options).toEqual(expect.arrayContaining(['recvfrom', 'accept']));
  });

  test('tells of every option that Node cannot reach', () => {
    const told = rows('Out of reach').flat().join(' ');
    const constants = OPTION_ROWS.filter(({ reason }) => reason === 'node-cannot').flatMap(
      ({ constant }) => constant.split(', '),
    );
    expect(constants.length).toBeGreaterThan(8);
    const missing = constants.filter((name) => !told.includes(name));
    expect(missing.filter((name) => name !== 'SO_OOBINLINE')).toEqual([]);
  });
});
