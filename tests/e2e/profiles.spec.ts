import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { Workbench } from '../support/workbench';

function saved(bench: Workbench, name: string): Locator {
  return bench.savedTree.getByRole('treeitem', { name });
}

async function choose(bench: Workbench, name: string, item: string): Promise<void> {
  await saved(bench, name).click({ button: 'right' });
  await bench.page.getByRole('menuitem', { name: item }).click();
}

async function save(bench: Workbench, name: string, folder: string): Promise<void> {
  await bench.page.keyboard.press('Control+S');
  const dialog = bench.dialog('Save as profile');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('combobox', { name: 'Folder' }).fill(folder);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}

test('a profile is saved, found again, opened with a click, and put in order', async ({
  running,
  peers,
}) => {
  let bench = new Workbench(running);
  await bench.open('tcp-listen:127.0.0.1:0');
  await bench.port();
  await bench.editor.fill('status?\\r\\n');
  await save(bench, 'Gateway', 'Line 3 / Bench');
  await expect(bench.toast('Gateway is saved')).toBeVisible();

  await running.relaunch();
  bench = new Workbench(running);
  await expect(bench.savedTree.getByRole('treeitem', { name: 'Line 3' })).toBeVisible();
  await saved(bench, 'Gateway').click();
  const port = await bench.port();
  await expect(bench.editor).toHaveValue('status?\\r\\n');
  const device = peers.start('ncat', '127.0.0.1', String(port));
  await expect(bench.endpoint).toContainText('1 connection');
  await bench.editor.press('Control+Enter');
  await device.said(/status\?\r\n/);

  await test.step('renamed with F2', async () => {
    await bench.savedTree.press('End');
    await bench.savedTree.press('F2');
    const dialog = bench.dialog('Edit profile');
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await bench.page.keyboard.type('Gateway 7');
    await bench.page.keyboard.press('Enter');
    await expect(saved(bench, 'Gateway 7')).toBeVisible();
  });
  await test.step('moved to the top', async () => {
    await choose(bench, 'Gateway 7', 'Move to folder');
    const dialog = bench.dialog('Edit profile');
    await dialog.getByRole('combobox', { name: 'Folder' }).fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(saved(bench, 'Gateway 7')).toHaveAttribute('aria-level', '1');
    await expect(saved(bench, 'Line 3')).toHaveCount(0);
  });
  await test.step('duplicated, and the copy deleted and taken back', async () => {
    await choose(bench, 'Gateway 7', 'Duplicate');
    await expect(saved(bench, 'Gateway 7 (copy)')).toBeVisible();
    await choose(bench, 'Gateway 7 (copy)', 'Delete');
    await expect(saved(bench, 'Gateway 7 (copy)')).toHaveCount(0);
    await bench.toast('is deleted').getByRole('button', { name: 'Undo' }).click();
    await expect(saved(bench, 'Gateway 7 (copy)')).toBeVisible();
  });
});

test('profiles travel as files, and an import opens nothing', async ({ running, folder }) => {
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  await bench.open('udp-listen:127.0.0.1:0');
  await bench.port();
  await save(bench, 'Sensor', 'Hall');
  await main.answerDialogs({ open: [folder] });
  await bench.page.getByRole('button', { name: 'Export all profiles' }).click();
  await expect(bench.toast(`1 profile exported to ${folder}`)).toBeVisible();
  const [file = ''] = readdirSync(join(folder, 'Hall'));
  expect(file).toMatch(/^sensor.*\.wirebench\.json$/);
  const profile: unknown = JSON.parse(readFileSync(join(folder, 'Hall', file), 'utf8'));
  expect(profile).toMatchObject({ name: 'Sensor', address: 'udp-listen:127.0.0.1:0' });

  await choose(bench, 'Sensor', 'Delete');
  await expect(bench.savedTree).toBeHidden();
  writeFileSync(join(folder, 'Hall', 'broken.wirebench.json'), '{"version": 1, ');
  // The folder is chosen, then named.
  await main.answerDialogs({ open: [folder], button: 1 });
  await bench.page.getByRole('button', { name: 'Import profiles' }).click();
  await expect(bench.toast('1 profile imported')).toBeVisible();
  await expect(bench.toast('1 file could not be imported')).toContainText('broken');
  await expect(saved(bench, 'Sensor')).toHaveAttribute('aria-level', '2');
  await expect(bench.openTree.getByRole('treeitem')).toHaveCount(1);
});

test('a damaged profile is set aside with a message, and the rest is there', async ({
  running,
}) => {
  let bench = new Workbench(running);
  await bench.open('tcp-listen:127.0.0.1:0');
  await bench.port();
  await save(bench, 'Good', '');
  const folder = join(running.userData, 'profiles');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bad.wirebench.json'), 'not JSON at all');
  await running.relaunch();
  bench = new Workbench(running);
  await expect(saved(bench, 'Good')).toBeVisible();
  const problems = bench.page.getByText('One profile could not be read');
  await problems.click();
  await expect(bench.page.getByText(/bad\.wirebench\.json: .*Set aside as /)).toBeVisible();
  const names = readdirSync(folder);
  expect(names).not.toContain('bad.wirebench.json');
  const aside = names.find((name) => name.startsWith('bad.wirebench.json'));
  expect(readFileSync(join(folder, aside ?? ''), 'utf8')).toBe('not JSON at all');
});
