import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src-main/command-error';
import { SecretStore, type Cipher } from '../../src-main/secrets';
import { secretName, secretValue } from '../../src-shared/contract/secret';
import { tempFolder } from '../support/temp-folder';

const CANARY = 'S3CR3T-canary-5f1c';

/** A keyring with a key of its own; Electron's is one to the store just like this. */
function keyring(key = randomBytes(32)): Cipher {
  return {
    available: () => Promise.resolve(true),
    encrypt: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), body]));
    },
    decrypt: (bytes) =>
      new Promise((done) => {
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
        cipher.setAuthTag(bytes.subarray(12, 28));
        done(Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString());
      }),
  };
}

const NO_KEYRING: Cipher = {
  available: () => Promise.resolve(false),
  encrypt: () => Promise.reject(new Error('asked to encrypt without a key')),
  decrypt: () => Promise.reject(new Error('asked to decrypt without a key')),
};

async function setUp(cipher: Cipher) {
  const folder = await tempFolder();
  const path = join(folder, 'secrets.json');
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  return { folder, path, logged, store: new SecretStore(path, cipher) };
}

/** All that stands in the folder, names of files too. */
async function everything(folder: string): Promise<string> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return [...names, ...texts].join('\n');
}

describe('with a keyring', () => {
  test('a value is there after the next start, and nowhere in clear', async () => {
    const cipher = keyring();
    const { folder, path, store } = await setUp(cipher);
    const kept = 'encrypted';
    expect(await store.list()).toEqual({ names: [], unreadable: [], kept });
    expect(await store.set('broker', CANARY)).toEqual({ names: ['broker'], unreadable: [], kept });
    expect(await store.set('a.b', 'x')).toMatchObject({ names: ['a.b', 'broker'] });
    const all = await everything(folder);
    for (const form of [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 12)])
      expect(all).not.toContain(form);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);

    const next = new SecretStore(path, cipher);
    expect(await next.list()).toEqual({ names: ['a.b', 'broker'], unreadable: [], kept });
    expect(next.values).toEqual({ broker: CANARY, 'a.b': 'x' });
    expect(await next.delete('broker')).toMatchObject({ names: ['a.b'] });
    await expect(new SecretStore(path, cipher).list()).resolves.toMatchObject({ names: ['a.b'] });
  });

  test('tells of each change, and of what was read', async () => {
    const cipher = keyring();
    const { path, store } = await setUp(cipher);
    const told: unknown[] = [];
    const end = store.onChange(() => told.push(store.values));
    await store.set('k', 'one');
    await store.set('k', 'two');
    await store.delete('k');
    await store.delete('k');
    end();
    await store.set('k', 'three');
    expect(told).toEqual([{ k: 'one' }, { k: 'two' }, {}]);
    const next = new SecretStore(path, cipher);
    const read = new Promise((done) => next.onChange(() => done(next.values)));
    expect(await read).toEqual({ k: 'three' });
  });

  test('changes given all at once end with all of them written', async () => {
    const cipher = keyring();
    const { path, store } = await setUp(cipher);
    await Promise.all([store.set('a', '1'), store.set('b', '2'), store.delete('a')]);
    const next = new SecretStore(path, cipher);
    await next.list();
    expect(next.values).toEqual({ b: '2' });
  });

  test('another key opens none: they are listed as such, kept, and can be given again', async () => {
    const first = keyring();
    const { path, store, logged } = await setUp(first);
    await store.set('old', CANARY);
    const second = keyring();
    const moved = new SecretStore(path, second);
    const kept = 'encrypted';
    expect(await moved.list()).toEqual({ names: [], unreadable: ['old'], kept });
    expect(await moved.set('new', 'n')).toEqual({ names: ['new'], unreadable: ['old'], kept });
    // With the first key again (the keyring was only locked) it is not lost.
    const back = new SecretStore(path, first);
    expect(await back.list()).toMatchObject({ names: ['old'], unreadable: ['new'] });
    expect(await back.set('new', 'again')).toMatchObject({ unreadable: [] });
    expect(logged.mock.calls.flat().join()).not.toContain(CANARY);
  });

  test('an entry put under another name is not taken', async () => {
    const cipher = keyring();
    const { path, store } = await setUp(cipher);
    await store.set('test-key', CANARY);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"test-key"', '"production-key"'));
    const next = new SecretStore(path, cipher);
    expect(await next.list()).toMatchObject({ names: [], unreadable: ['production-key'] });
    expect(next.values).toEqual({});
  });

  test('what cannot be written holds until the end, and says so without the value', async () => {
    const cipher = keyring();
    const folder = await tempFolder();
    const path = join(folder, 'secrets.json');
    await mkdir(path);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const store = new SecretStore(path, cipher);
    await store.list();
    // Reading set the folder aside; put one in the way again.
    await mkdir(path);
    const failed: unknown = await store.set('k', CANARY).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CommandError);
    expect(String(failed)).not.toContain(CANARY);
    expect(store.values).toEqual({ k: CANARY });
    await rmdir(path);
    await store.set('other', 'x');
    expect(await readFile(path, 'utf8')).toContain('"other"');
  });
});

describe('without a keyring', () => {
  test('values hold until the end, nothing is written, and it is told', async () => {
    const { folder, path, store } = await setUp(NO_KEYRING);
    const kept = 'this-run';
    expect(await store.set('k', CANARY)).toEqual({ names: ['k'], unreadable: [], kept });
    expect(store.values).toEqual({ k: CANARY });
    expect(await readdir(folder)).toEqual([]);
    expect(await new SecretStore(path, NO_KEYRING).list()).toMatchObject({ names: [] });
  });

  test('what a keyring encrypted before stays in the file', async () => {
    const cipher = keyring();
    const { path, store } = await setUp(cipher);
    await store.set('k', 'v');
    const before = await readFile(path, 'utf8');
    const without = new SecretStore(path, NO_KEYRING);
    const list = { names: ['k'], unreadable: [], kept: 'this-run' };
    expect(await without.list()).toEqual({ ...list, names: [], unreadable: ['k'] });
    expect(await without.set('k', 'for now')).toEqual(list);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('a system that fails when asked counts as one without', async () => {
    const broken = { ...NO_KEYRING, available: () => Promise.reject(new Error('no bus')) };
    const { store } = await setUp(broken);
    expect(await store.list()).toMatchObject({ kept: 'this-run' });
  });
});

test.each(['', '{', '[]', '{"version":2,"secrets":{}}', '{"version":1,"secrets":{"a b":"eA=="}}'])(
  'a damaged file (%j) is set aside, and the store works',
  async (text) => {
    const folder = await tempFolder();
    const path = join(folder, 'secrets.json');
    await writeFile(path, text);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const store = new SecretStore(path, keyring());
    expect(await store.list()).toEqual({ names: [], unreadable: [], kept: 'encrypted' });
    const [aside = ''] = await readdir(folder);
    expect(aside).toMatch(/^secrets\.json\.corrupt-/);
    expect(await readFile(join(folder, aside), 'utf8')).toBe(text);
    expect(await store.set('k', 'v')).toMatchObject({ names: ['k'] });
  },
);

test.each(['', ' ', 'a b', 'a/b', 'a:b', 'a,b', '$x', '"', 'x'.repeat(65)])(
  '%j is no name of a secret',
  (name) => {
    expect(secretName.safeParse(name).success).toBe(false);
  },
);

test('a value that is refused is not quoted', () => {
  const refused = secretValue.safeParse(CANARY.repeat(1000));
  expect(refused.success).toBe(false);
  expect(JSON.stringify(refused)).not.toContain(CANARY);
});
