import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRulesFile, rulesSchema } from '../../../src-main/cli/rules-file';
import { Cli, Program, ownFolder } from './run-cli';

const folder = ownFolder();

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('listen --rules answers, with a file beside the rules, and tells how often', async () => {
  writeFileSync(join(folder, 'banner.txt'), 'from a file');
  const rules = file(
    'device.rules.json',
    JSON.stringify({
      version: 1,
      framing: 'line',
      rules: [
        { name: 'get', when: String.raw`/^GET (\w+)/`, reply: String.raw`text:{{$1}}=1\r\n` },
        {
          name: 'banner',
          when: 'text:?',
          reply: 'text:{{var a}} {{file banner.txt}}',
          close: 'end',
        },
      ],
    }),
  );
  const args = [
    'listen',
    'tcp-listen:127.0.0.1:0',
    '--rules',
    rules,
    '--var',
    'a=b',
    '--print',
    'json',
  ];
  const listen = new Cli(args).end();
  const port = await listen.until(() => /"local":"127.0.0.1:(\d+)"/.exec(listen.stdout)?.[1]);
  const { stdout } = await new Program('ncat', ['127.0.0.1', port]).end('GET t\n!\n?\n').ended;
  expect(stdout).toBe('t=1\r\nb from a file');
  listen.child.kill('SIGINT');
  await listen.ended;
  const lines = listen.stdout.trim().split('\n');
  expect(lines.filter((line) => line.includes('"comment":"rule get"'))).toHaveLength(1);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    rules: {
      rules: [
        { name: 'get', hits: 1 },
        { name: 'banner', hits: 1 },
      ],
      unmatched: 1,
    },
  });
});

describe('what is wrong in a file is told with its place', () => {
  test.each([
    ['{ "version": 1, rules: [] }', 'line 1, column 17: A key in double quotes'],
    ['{ "version": 2, "rules": [] }', 'line 1, column 3: version: '],
    ['{ "version": 1,\n "rules": [{ "name": "a" }] }', 'line 2, column 12: rules.0.when: '],
    [
      '{ "version": 1, "rules": [\n{ "name": "a", "when": "hex:0" } ] }',
      'line 2, column 16: rule 1 "a", when at 6: ',
    ],
    [
      '{ "version": 1, "rules": [\n{ "name": "a", "when": "text:x", "repply": "" } ] }',
      'line 2, column 34: rules.0.repply: ',
    ],
    [
      '{ "version": 1, "rules": [\n{ "name": "a", "when": "text:x", "reply": "text:{{var me}}" } ] }',
      'reply at 6: {{var me}} has no value here; write the text itself, or add --var me=VALUE',
    ],
  ])('%j', async (content, told) => {
    const supply = { variables: new Map<string, string>(), host: null };
    const wrong = readRulesFile(file('bad.json', content), supply);
    await expect(wrong).rejects.toMatchObject({
      exit: 5,
      message: expect.stringMatching(/bad\.json is no file of rules\.$/) as string,
      details: expect.arrayContaining([expect.stringContaining(told)]) as string[],
    });
  });
});

test('the published schema is the one of the contract', () => {
  const published = resolve(import.meta.dirname, '../../../docs/schemas/rules.schema.json');
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(rulesSchema());
});
