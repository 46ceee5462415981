import { readFileSync } from 'node:fs';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  folderFileName,
  formatProfile,
  parseProfile,
  ProfileFileError,
  profileFileName,
  profileSchema,
  readProfile,
} from '../../src-main/profile-file';
import { DefinitionStore, definitionSchema } from '../../src-main/definitions';
import type { Definition } from '../../src-shared/contract/definition';
import { LAYOUT_EXAMPLES } from '../../src-shared/decode/definitions/examples';
import type { Profile } from '../../src-shared/contract/profile';
import { tempFolder } from '../support/temp-folder';

const plc: Profile = {
  version: 1,
  id: '3f2b8a52-94a1-4c5f-9d1c-0a6f3f1c2b7e',
  name: 'PLC 一号',
  folder: ['Plant', '一楼'],
  address: 'tcp:192.168.1.10:502',
  draft: { mode: 'hex', text: '00 01', lineEnding: 'none', escapes: false },
  notes: 'Modbus',
};

function kindOf(content: string | Uint8Array): string {
  try {
    parseProfile(Buffer.from(content));
    return 'read';
  } catch (error) {
    if (error instanceof ProfileFileError) return error.kind;
    throw error;
  }
}

test('the published schema is the one of the contract', () => {
  const file = resolve(import.meta.dirname, '../../docs/schemas/profile.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(profileSchema());
});

describe('formatProfile', () => {
  test('writes keys in the order of the contract, whatever theirs was', () => {
    const { id, version, name, folder, address } = plc;
    const shuffled: Profile = { notes: 'n', address, folder, name, id, version };
    const text = formatProfile(shuffled);
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      ...['$schema', 'version', 'id', 'name', 'folder', 'address', 'notes'],
    ]);
    expect(text).toMatch(/^\{\n {2}"\$schema": "https:\/\/.+profile\.schema\.json",\n/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).not.toContain('\r');
  });

  test('a framing, decoder or rule of a later version does not make the file unreadable', () => {
    const pairing = { rule: 'stream:1', asks: 'device', timeoutMs: 500 };
    const views = { framing: 'quic-streams', decoder: 'quic', pairing };
    expect(parseProfile(Buffer.from(formatProfile({ ...plc, ...views })))).toMatchObject(views);
  });

  test('what is written is read again', () => {
    const { $schema, ...read } = parseProfile(Buffer.from(formatProfile(plc)));
    expect($schema).toMatch(/^https:/);
    expect(read).toEqual(plc);
  });
});

describe('parseProfile', () => {
  const raw = (changed: object): string => JSON.stringify({ ...plc, ...changed });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['no JSON', '{"version": 1,'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1e400'],
    ['a key of its own', raw({ autostart: true })],
    ['no version', raw({ version: undefined })],
    ['an older version', raw({ version: 0 })],
    ['a version in words', raw({ version: '1' })],
    ['an id that is no UUID', raw({ id: '../../etc/passwd' })],
    ['an empty name', raw({ name: ' ' })],
    ['a folder in one piece', raw({ folder: 'a/b' })],
    ['nine folders', raw({ folder: Array(9).fill('a') })],
    ['an address as an object', raw({ address: { host: 'x' } })],
    ['a draft that is incomplete', raw({ draft: { mode: 'hex' } })],
    ['__proto__', `{"__proto__": {"name": "x"}, ${raw({}).slice(1)}`],
    ['constructor, deep inside', raw({ draft: { constructor: { prototype: {} } } })],
    ['deep nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('%s is damage', (_what, text) => expect(kindOf(text)).toBe('damaged'));

  test('nothing gets into prototypes', () => {
    kindOf(`{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}`);
    expect('polluted' in {}).toBe(false);
  });

  test('a newer version is told apart, whatever else it holds', () => {
    expect(kindOf(raw({ version: 2, shape: 'unknown' }))).toBe('newer');
    expect(() => parseProfile(Buffer.from(raw({ version: 7 })))).toThrow(
      /newer Wirebench.*version 7/,
    );
  });

  test('every cut text is damage', () => {
    const text = formatProfile(plc).trimEnd();
    for (let length = 0; length < text.length; length++)
      expect(kindOf(text.slice(0, length)), `cut at ${length}`).toBe('damaged');
  });

  test('every flipped bit makes a profile or damage, never another failure', () => {
    const bytes = Buffer.from(formatProfile(plc));
    const kinds = new Set<string>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      kinds.add(kindOf(flipped));
    }
    // A flip inside a text gives another text; "version": 1 flips to 3, 5 and 9, which are newer.
    expect([...kinds].sort()).toEqual(['damaged', 'newer', 'read']);
  });

  test('any JSON whatever is a profile or a ProfileFileError', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(['read', 'damaged', 'newer']).toContain(kindOf(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('readProfile', () => {
  test('5 MB are too much, and not even read', async () => {
    const file = join(await tempFolder(), 'a.wirebench.json');
    await writeFile(file, formatProfile(plc));
    await truncate(file, 5 * 1024 * 1024 + 1);
    await expect(readProfile(file)).rejects.toThrow(/larger than 5 MB/);
  });

  test('a folder of that name is no profile', async () => {
    await expect(readProfile(await tempFolder())).rejects.toThrow();
  });
});

describe('names of files', () => {
  test.each([
    ['PLC 一号', 'plc-一号-3f2b8a52.wirebench.json'],
    ['../../etc/passwd', 'etc-passwd-3f2b8a52.wirebench.json'],
    ['***', 'profile-3f2b8a52.wirebench.json'],
    ['CON', 'con-3f2b8a52.wirebench.json'],
    ['ﬁ\u202eexe', 'fi-exe-3f2b8a52.wirebench.json'],
  ])('%j is %s', (name, file) => expect(profileFileName({ ...plc, name })).toBe(file));

  test('are short enough for every system', () => {
    const name = profileFileName({ ...plc, name: '漢'.repeat(200) });
    expect(Buffer.byteLength(name)).toBeLessThan(200);
  });

  test.each([
    ['Plant A', 'Plant A'],
    ['..', '_'],
    ['a/../b\\c', 'a_.._b_c'],
    ['nul', '_nul'],
    ['com1.txt', '_com1.txt'],
    ['dot.', 'dot_'],
    ['a:b*?', 'a_b__'],
  ])('the folder %j is %j', (name, file) => expect(folderFileName(name)).toBe(file));
});

describe('decoders that the user describes', () => {
  const [example] = LAYOUT_EXAMPLES;
  const sensor: Definition = {
    ...{ version: 1, kind: 'layout', name: 'Sensor' },
    fields: example?.definition.fields ?? [],
  };

  test('the published schema is the one of the contract', () => {
    const file = resolve(import.meta.dirname, '../../docs/schemas/decoder.schema.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(definitionSchema());
  });

  test('are kept as files, renamed, and deleted', async () => {
    const folder = await tempFolder();
    const store = new DefinitionStore(folder);
    expect(await store.list()).toEqual({ definitions: [], problems: [] });
    await store.save(sensor);
    await expect(store.save({ ...sensor, name: 'sensor' })).rejects.toMatchObject({
      code: 'EEXIST',
    });
    await expect(store.save({ ...sensor, name: 'modbus' })).rejects.toMatchObject({
      code: 'EEXIST',
    });
    await store.save({ ...sensor, name: '泵', about: 'a pump' }, 'Sensor');
    // Another process reads the same files.
    const { definitions } = await new DefinitionStore(folder).list();
    expect(definitions).toEqual([{ ...sensor, name: '泵', about: 'a pump' }]);
    expect(await readdir(folder)).toEqual(['泵.wirebench-decoder.json']);
    await store.remove('泵');
    await store.remove('泵');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a damaged file is set aside and told; one of a newer version is left where it is', async () => {
    const folder = await tempFolder();
    const store = new DefinitionStore(folder);
    await store.save(sensor);
    await writeFile(join(folder, 'a.wirebench-decoder.json'), '{"version":1,\n"kind":"x"}');
    await writeFile(join(folder, 'b.wirebench-decoder.json'), '{"version":99}');
    const { definitions, problems } = await store.list();
    expect(definitions).toEqual([sensor]);
    expect(problems).toEqual([
      {
        file: join(folder, 'a.wirebench-decoder.json'),
        movedTo: expect.stringMatching(/a\.wirebench-decoder\.json\.corrupt-/) as string,
        message: expect.stringMatching(/^line 2, column 1: /) as string,
        // For a window that says it in its own language.
        reason: { code: 'bad-kind', values: {}, place: { line: 2, column: 1 } },
      },
      {
        file: join(folder, 'b.wirebench-decoder.json'),
        movedTo: null,
        message: 'It was written by a newer Wirebench',
        reason: { code: 'newer', values: {}, place: null },
      },
    ]);
    expect((await store.list()).problems).toHaveLength(1);
  });
});
