import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportProfiles, importProfiles } from '../../src-main/profile-exchange';
import { formatProfile } from '../../src-main/profile-file';
import { ProfileStore } from '../../src-main/profiles';
import type { Profile } from '../../src-shared/contract/profile';
import { tempFolder } from '../support/temp-folder';

function profile(name: string, folder: string[] = []): Profile {
  return { version: 1, id: crypto.randomUUID(), name, folder, address: 'udp:0.0.0.0:9000' };
}

const tree = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replaceAll('\\', '/').replace(/-[0-9a-f-]{8,36}\./, '.'))
    .sort();

describe('export', () => {
  test('makes a tree of the folders, and import of it gives the same again', async () => {
    const all = [profile('a'), profile('b', ['Plant', '一楼']), profile('c', ['..', 'x/../y'])];
    const out = await tempFolder();
    expect(await exportProfiles(all, out)).toBe(3);
    expect(await tree(out)).toEqual(
      ['_/x_.._y/c.wirebench.json', 'Plant/一楼/b.wirebench.json', 'a.wirebench.json'].sort(),
    );

    const store = new ProfileStore(await tempFolder());
    const { imported, problems } = await importProfiles(store, [out]);
    expect(problems).toEqual([]);
    expect(imported).toHaveLength(3);
    const byName = (a: Profile, b: Profile): number => (a.name < b.name ? -1 : 1);
    expect((await store.list()).profiles.sort(byName)).toMatchObject(all);
  });

  test('again replaces its own files and no others', async () => {
    const out = await tempFolder();
    const mine = profile('a');
    await exportProfiles([mine], out);
    const [file] = await readdir(out);
    await writeFile(join(out, file ?? ''), 'of somebody else');
    await exportProfiles([mine], out);
    await exportProfiles([{ ...mine, notes: 'again' }], out);
    expect(await readdir(out)).toHaveLength(2);
    expect(await readFile(join(out, file ?? ''), 'utf8')).toBe('of somebody else');
  });
});

describe('import', () => {
  test('gives ids that are there already new ones, and replaces nothing', async () => {
    const store = new ProfileStore(await tempFolder());
    const mine = profile('mine');
    await store.save(mine);
    const from = await tempFolder();
    const file = join(from, 'theirs.json'); // Any name will do for a file that was picked.
    await writeFile(file, formatProfile({ ...mine, name: 'theirs' }));
    const { imported } = await importProfiles(store, [file, file]);
    const { profiles } = await store.list();
    expect(profiles.map(({ name }) => name)).toEqual(['mine', 'theirs', 'theirs']);
    expect(new Set(profiles.map(({ id }) => id)).size).toBe(3);
    expect(profiles.find(({ id }) => id === mine.id)?.name).toBe('mine');
    expect(imported.map(({ id }) => id)).not.toContain(mine.id);
  });

  test('keeps rules of others switched off until the user says so', async () => {
    const store = new ProfileStore(await tempFolder());
    const file = join(await tempFolder(), 'theirs.json');
    const rules = [{ name: 'all', when: 'hex:*01', reply: 'hex:02', close: 'reset' as const }];
    await writeFile(file, formatProfile({ ...profile('theirs'), rules: { rules } }));
    await importProfiles(store, [file]);
    const [{ rules: kept } = { rules: undefined }] = (await store.list()).profiles;
    expect(kept).toEqual({ on: false, rules });
  });

  test('tells what it could not read, and takes the rest', async () => {
    const from = await tempFolder();
    await mkdir(join(from, 'deep'));
    await writeFile(join(from, 'deep', 'good.wirebench.json'), formatProfile(profile('good')));
    await writeFile(join(from, 'bad.wirebench.json'), '{"__proto__": {}}');
    await writeFile(join(from, 'newer.wirebench.json'), '{"version": 2}');
    await writeFile(join(from, 'package.json'), '{}');
    const store = new ProfileStore(await tempFolder());
    const gone = join(from, 'gone.json');
    const { imported, problems } = await importProfiles(store, [from, gone]);
    expect(imported.map(({ name }) => name)).toEqual(['good']);
    expect(problems.map(({ file }) => file).sort()).toEqual(
      [join(from, 'bad.wirebench.json'), gone, join(from, 'newer.wirebench.json')].sort(),
    );
    // Somebody else's files are not ours to set aside.
    expect(await readdir(from)).toContain('bad.wirebench.json');
  });

  test('does not follow links out of the folder', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need a right of their own on Windows');
    const elsewhere = await tempFolder();
    await writeFile(join(elsewhere, 'a.wirebench.json'), formatProfile(profile('a')));
    const from = await tempFolder();
    await symlink(elsewhere, join(from, 'link'));
    await symlink(join(elsewhere, 'a.wirebench.json'), join(from, 'b.wirebench.json'));
    const store = new ProfileStore(await tempFolder());
    expect(await importProfiles(store, [from])).toEqual({ imported: [], problems: [] });
  });
});
