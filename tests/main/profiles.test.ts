import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProfile, parseProfile } from '../../src-main/profile-file';
import { ProfileStore } from '../../src-main/profiles';
import type { Profile } from '../../src-shared/contract/profile';
import { bundleModule } from '../support/bundle';
import { tempFolder } from '../support/temp-folder';

const ID = '3f2b8a52-94a1-4c5f-9d1c-0a6f3f1c2b7e';

function profile(changed: Partial<Profile> = {}): Profile {
  const all: Profile = { version: 1, id: ID, name: 'PLC', folder: [], address: 'tcp:10.0.0.1:502' };
  return { ...all, ...changed };
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
}

describe('saving', () => {
  test('makes one file for its owner only, and lists it', async () => {
    const folder = join(await tempFolder(), 'profiles');
    const store = new ProfileStore(folder);
    expect(await store.list()).toEqual({ profiles: [], problems: [] });
    await store.save(profile());
    expect(await filesOf(folder)).toEqual(['plc-3f2b8a52.wirebench.json']);
    expect((await new ProfileStore(folder).list()).profiles).toMatchObject([profile()]);
    if (process.platform === 'win32') return; // It has no such modes.
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const file = await stat(join(folder, 'plc-3f2b8a52.wirebench.json'));
    expect(file.mode & 0o777).toBe(0o600);
  });

  test('replaces in place, also under another name, and keeps three contents', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    for (const name of ['one', 'two', 'three', 'four', 'five']) await store.save(profile({ name }));
    expect(await filesOf(folder)).toEqual(['one-3f2b8a52.wirebench.json']);
    const kept = (await readdir(join(folder, '.history'))).sort();
    const texts = kept.map((name) => readFile(join(folder, '.history', name)));
    const names = (await Promise.all(texts)).map((text) => parseProfile(text).name);
    expect(names).toEqual(['three', 'four', 'five']);
  });

  test('at once, of many, ends with all of them and one file each', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    const ids = Array.from({ length: 20 }, () => crypto.randomUUID());
    await Promise.all([...ids, ...ids].map((id) => store.save(profile({ id }))));
    expect(await filesOf(folder)).toHaveLength(20);
    expect((await store.list()).profiles).toHaveLength(20);
  });

  test('ids that begin alike get files of their own', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    const other = `${ID.slice(0, 8)}-0000-4000-8000-000000000000`;
    await store.save(profile());
    await store.save(profile({ id: other }));
    expect((await store.list()).profiles.map(({ id }) => id).sort()).toEqual([ID, other].sort());
  });

  test('lists by folder, then by name', async () => {
    const store = new ProfileStore(await tempFolder());
    const names = [
      ['b', []],
      ['a', ['x']],
      ['a', []],
    ] as const;
    for (const [name, folder] of names)
      await store.save(profile({ id: crypto.randomUUID(), name, folder: [...folder] }));
    const listed = (await store.list()).profiles.map(({ name, folder }) => [...folder, name]);
    expect(listed).toEqual([['a'], ['b'], ['x', 'a']]);
  });
});

describe('deleting', () => {
  test('takes the file and what was kept of it; twice is no failure', async () => {
    const folder = await tempFolder();
    await new ProfileStore(folder).save(profile());
    const store = new ProfileStore(folder);
    await store.remove(ID);
    await store.remove(ID);
    expect(await filesOf(folder)).toEqual([]);
    expect(await readdir(join(folder, '.history'))).toEqual([]);
  });

  test('can be undone by saving again', async () => {
    const store = new ProfileStore(await tempFolder());
    await store.save(profile());
    await store.remove(ID);
    await store.save(profile());
    expect((await store.list()).profiles).toMatchObject([profile()]);
  });
});

describe('a damaged file', () => {
  test('cut anywhere is set aside, and the content saved last is back', async () => {
    const text = formatProfile(profile());
    for (let length = 0; length < text.trimEnd().length; length += 7) {
      const folder = await tempFolder();
      const store = new ProfileStore(folder);
      await store.save(profile({ name: 'before' }));
      await store.save(profile());
      const file = join(folder, 'before-3f2b8a52.wirebench.json');
      await writeFile(file, text.slice(0, length));

      const { profiles, problems } = await new ProfileStore(folder).list();
      expect(profiles).toMatchObject([profile()]);
      expect(problems).toMatchObject([
        { file, message: expect.stringContaining('saved last') as unknown },
      ]);
      const aside = problems[0]?.movedTo ?? '';
      expect(aside).toMatch(/before-3f2b8a52\.wirebench\.json\.corrupt-\d{8}T[\d.]+Z$/);
      expect(await readFile(aside, 'utf8')).toBe(text.slice(0, length));
      expect(await new ProfileStore(folder).list()).toMatchObject({ profiles, problems: [] });
    }
  }, 20_000);

  test('an older content is used when the newest kept is damaged too', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    await store.save(profile({ notes: 'old' }));
    await store.save(profile({ notes: 'new' }));
    await writeFile(join(folder, 'plc-3f2b8a52.wirebench.json'), '{');
    const newest = (await readdir(join(folder, '.history'))).sort().at(-1) ?? '';
    await writeFile(join(folder, '.history', newest), '');
    expect((await store.list()).profiles).toMatchObject([profile({ notes: 'old' })]);
  });

  test('without a kept content is told, and hides no other', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    await store.save(profile());
    await writeFile(join(folder, 'mailed.wirebench.json'), '{"version": 1, "name": 5}');
    const { profiles, problems } = await store.list();
    expect(profiles).toMatchObject([profile()]);
    expect(problems).toHaveLength(1);
    expect(await filesOf(folder)).toEqual([
      expect.stringMatching(/^mailed\.wirebench\.json\.corrupt-/),
      'plc-3f2b8a52.wirebench.json',
    ]);
  });

  test('is not overwritten by a save', async () => {
    const folder = await tempFolder();
    const store = new ProfileStore(folder);
    await store.save(profile());
    await writeFile(join(folder, 'plc-3f2b8a52.wirebench.json'), 'precious');
    await store.save(profile({ notes: 'new' }));
    const aside = (await filesOf(folder)).find((name) => name.includes('.corrupt-')) ?? '';
    expect(await readFile(join(folder, aside), 'utf8')).toBe('precious');
    expect((await store.list()).profiles).toMatchObject([profile({ notes: 'new' })]);
  });
});

describe('a file of a newer version', () => {
  test('is left alone, also by a save of the same id', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'plc-3f2b8a52.wirebench.json');
    const newer = JSON.stringify({ ...profile(), version: 2, colour: 'red' });
    await writeFile(file, newer);
    const store = new ProfileStore(folder);
    expect(await store.list()).toMatchObject({ profiles: [], problems: [{ file, movedTo: null }] });
    await store.save(profile());
    expect(await readFile(file, 'utf8')).toBe(newer);
    expect((await store.list()).profiles).toMatchObject([profile()]);
  });
});

test('a copied file is told, not shown twice, and not touched', async () => {
  const folder = await tempFolder();
  const store = new ProfileStore(folder);
  await store.save(profile());
  await writeFile(join(folder, 'z-copy.wirebench.json'), formatProfile(profile({ notes: 'copy' })));
  const { profiles, problems } = await store.list();
  expect(profiles).toMatchObject([profile()]);
  expect(problems).toMatchObject([
    { movedTo: null, message: expect.stringContaining('same id') as unknown },
  ]);
});

test('a folder that cannot be is a problem of the list and a refusal of the save', async () => {
  const file = join(await tempFolder(), 'file');
  await writeFile(file, '');
  const store = new ProfileStore(join(file, 'profiles'));
  expect(await store.list()).toMatchObject({ profiles: [], problems: [{ movedTo: null }] });
  await expect(store.save(profile())).rejects.toMatchObject({ code: 'ENOTDIR' });
});

/** Runs code with `store` and `profile` in a process of its own; answers with its last line. */
async function inProcess(folder: string, code: string, options: { uid?: number } = {}) {
  const home = await tempFolder();
  await chmod(home, 0o755); // For a user of another number.
  const module = await bundleModule('src-main/profiles.ts', home);
  const script = join(home, 'run.mjs');
  await writeFile(
    script,
    `import { ProfileStore } from ${JSON.stringify(module)};
     const store = new ProfileStore(${JSON.stringify(folder)});
     const profile = ${JSON.stringify(profile())};
     ${code}`,
  );
  return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

async function outputOf(child: Awaited<ReturnType<typeof inProcess>>): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text.trim();
}

test('a folder that is read-only still gives its profiles, a damaged one among them', async ({
  skip,
}) => {
  skip(process.platform === 'win32', 'Windows has no read-only folders');
  const folder = await tempFolder();
  const store = new ProfileStore(folder);
  await store.save(profile({ notes: 'kept' }));
  await writeFile(join(folder, 'plc-3f2b8a52.wirebench.json'), '');
  const root = process.getuid?.() === 0;
  for (const name of await readdir(folder, { recursive: true }))
    await chmod(join(folder, name), name === '.history' ? 0o555 : 0o444);
  await chmod(folder, 0o555);
  const code = `
    const { profiles, problems } = await store.list();
    const code = await store.save(profile).then(() => 'saved', (error) => error.code);
    console.log(JSON.stringify([profiles[0]?.notes, problems[0]?.movedTo, code]));`;
  // Root may write everywhere, so it runs this as nobody.
  const output = await outputOf(await inProcess(folder, code, root ? { uid: 65534 } : {}));
  await chmod(folder, 0o755);
  await chmod(join(folder, '.history'), 0o755);
  expect(JSON.parse(output)).toEqual(['kept', null, 'EACCES']);
});

test('two processes that save at once, one of them killed, leave whole files', async () => {
  const folder = join(await tempFolder(), 'profiles');
  await mkdir(folder);
  const file = join(folder, 'plc-3f2b8a52.wirebench.json');
  const code = (who: string, times: number): string => `
    for (let n = 0; n < ${times}; n++) {
      await store.save({ ...profile, notes: '${who} '.repeat(1 + (n % 50) * 20) });
      if (n === 0) console.log('first');
    }`;
  const killed = await inProcess(folder, code('a', 1_000_000));
  const other = await inProcess(folder, code('b', 60));
  await Promise.all([once(killed.stdout ?? killed, 'data'), once(other.stdout ?? other, 'data')]);
  const ended = Promise.all([once(killed, 'exit'), once(other, 'exit')]);
  let running = true;
  other.once('exit', () => {
    running = false;
    killed.kill('SIGKILL');
  });
  let read = 0;
  while (running) {
    expect(parseProfile(await readFile(file)).id).toBe(ID);
    read++;
  }
  await ended;
  expect(read).toBeGreaterThan(10);
  const { profiles, problems } = await new ProfileStore(folder).list();
  expect(problems).toEqual([]);
  expect(profiles.map(({ id }) => id)).toEqual([ID]);
  expect(profiles[0]?.notes).toMatch(/^([ab] )\1*$/);
}, 20_000);
