import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../src-shared/contract/profile';
import { settle, socketInfo } from '../state/fakes';
import { openWindow, type FakeWindow, useWindow } from './fake-window';

let bench: FakeWindow;
useWindow(() => bench);

const profile: Profile = {
  version: 1,
  id: '0b5a4a8e-7f2c-4d3b-9a51-0c7f6a1d2e3f',
  name: 'Gateway',
  folder: ['Line 3'],
  address: 'tcp:192.168.1.50:502',
};

describe('the palette', () => {
  test('finds commands by words in any order and runs them', async () => {
    bench = await openWindow();
    await fireEvent.keyDown(document.body, { key: 'P', ctrlKey: true, shiftKey: true });
    const dialog = within(await screen.findByRole('dialog', { name: 'Command palette' }));
    const input = dialog.getByRole('combobox');
    await fireEvent.input(input, { target: { value: 'theme dark' } });
    const found = dialog.getAllByRole('option');
    expect(found.map((one) => one.textContent?.trim())).toEqual(['Dark theme']);
    await fireEvent.click(found[0] ?? input);
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('opens an address typed into it', async () => {
    bench = await openWindow({ engine: { open: () => ({ socket: 1 }) } });
    bench.app.commands.run('palette');
    const dialog = within(await screen.findByRole('dialog'));
    await fireEvent.input(dialog.getByRole('combobox'), { target: { value: '10.0.0.7:502' } });
    await fireEvent.click(dialog.getByRole('option', { name: 'Open tcp:10.0.0.7:502' }));
    await waitFor(() =>
      expect(bench.named('open').map(({ params }) => params)).toEqual([
        { address: 'tcp:10.0.0.7:502' },
      ]),
    );
  });

  test('goes to sockets and profiles, also of the same name as a group', async () => {
    bench = await openWindow({
      main: { profiles: () => ({ profiles: [profile], problems: [] }) },
    });
    await bench.tell({ sockets: [socketInfo({ id: 1, address: 'udp-listen:5683' })] });
    await fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true });
    const dialog = within(await screen.findByRole('dialog', { name: 'Go to' }));
    const names = dialog.getAllByRole('option').map((one) => one.textContent);
    expect(names.join('|')).toMatch(/udp-listen:5683.*Gateway/);
    bench.app.shell.close();
    bench.app.commands.run('palette');
    const palette = within(await screen.findByRole('dialog', { name: 'Command palette' }));
    expect(palette.getAllByText('Profiles')).toHaveLength(2);
  });
});

describe('profiles', () => {
  test('one click opens, and saving what is shown asks for name and folder', async () => {
    const saved: Profile[] = [];
    bench = await openWindow({
      engine: { open: () => ({ socket: 1 }) },
      main: {
        profiles: () => ({ profiles: [profile], problems: [] }),
        saveProfile: ({ profile: one }: { profile: Profile }) => {
          saved.push(one);
          return {};
        },
      },
    });
    await bench.tell({ sockets: [socketInfo({ id: 1, address: 'tcp-listen:9000' })] });
    const tree = within(screen.getByRole('tree', { name: 'Saved profiles' }));
    await fireEvent.click(tree.getByRole('treeitem', { name: /Gateway/ }), { detail: 1 });
    await settle();
    // The second click of a double click opens nothing more.
    await fireEvent.click(tree.getByRole('treeitem', { name: /Gateway/ }), { detail: 2 });
    await settle();
    expect(bench.named('open').map(({ params }) => params)).toEqual([
      { address: 'tcp:192.168.1.50:502' },
    ]);

    await fireEvent.keyDown(document.body, { key: 's', ctrlKey: true });
    const dialog = within(await screen.findByRole('dialog', { name: 'Save as profile' }));
    await fireEvent.input(dialog.getByLabelText('Name'), { target: { value: ' Listener ' } });
    await fireEvent.input(dialog.getByLabelText('Folder'), { target: { value: 'Line 3 / New' } });
    await fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await fireEvent.submit(dialog.getByLabelText('Name').closest('form') ?? document.body);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(saved[0]).toMatchObject({
      name: 'Listener',
      folder: ['Line 3', 'New'],
      address: 'tcp-listen:9000',
    });
  });

  test('a profile without a name, or with a bad address, is not saved', async () => {
    bench = await openWindow({
      main: { profiles: () => ({ profiles: [profile], problems: [] }) },
    });
    bench.app.shell.open({ kind: 'edit-profile', id: profile.id, field: 'name' });
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit profile' }));
    expect(dialog.getByLabelText('Name')).toHaveFocus();
    await fireEvent.input(dialog.getByLabelText('Name'), { target: { value: '  ' } });
    await fireEvent.input(dialog.getByLabelText('Address'), { target: { value: 'tcp:host' } });
    await fireEvent.submit(dialog.getByLabelText('Name').closest('form') ?? document.body);
    const said = dialog.getAllByRole('alert').map((one) => one.textContent);
    expect(said.join()).toContain('A profile needs a name.');
    expect(said.join()).toContain('The port is missing.');
    expect(bench.named('saveProfile')).toEqual([]);
  });
});

describe('captures', () => {
  const stored = (name: string, over: object = {}) => ({
    ...{ name, bytes: 1000, modifiedAt: 0, inUse: false, kept: false, complete: true },
    ...over,
  });

  test('those a crash left behind are explained, and cleaned on demand', async () => {
    let complete = false;
    bench = await openWindow({
      engine: {
        captures: () => ({ captures: [stored('good.pcapng'), stored('cut.pcapng', { complete })] }),
        recoverCapture: () => {
          complete = true;
          return { cutBytes: 128 };
        },
      },
    });
    await bench.app.captures.refresh();
    bench.app.shell.open({ kind: 'captures', crashed: true });
    const dialog = within(
      await screen.findByRole('dialog', { name: /left over from a session that crashed/ }),
    );
    expect(dialog.getAllByRole('listitem')).toHaveLength(1);
    await fireEvent.click(dialog.getByRole('button', { name: 'Clean' }));
    await waitFor(() => expect(dialog.queryByRole('button', { name: 'Clean' })).toBeNull());
    expect(dialog.getByText('cut.pcapng')).toBeVisible();
    expect(await screen.findByText('Cut 128 B of an incomplete block')).toBeVisible();
  });

  test('deleting takes a second press', async () => {
    bench = await openWindow({
      engine: {
        captures: () => ({ captures: [stored('a.pcapng')] }),
        deleteCapture: () => ({}),
      },
    });
    bench.app.commands.run('captures');
    const dialog = within(await screen.findByRole('dialog', { name: 'Stored captures' }));
    await fireEvent.click(await dialog.findByRole('button', { name: 'Delete' }));
    expect(bench.named('deleteCapture')).toEqual([]);
    await fireEvent.click(dialog.getByRole('button', { name: 'Delete for good' }));
    await waitFor(() => expect(bench.named('deleteCapture')).toHaveLength(1));
  });
});

test('settings hold at once, and a limit that makes no sense is not taken', async () => {
  bench = await openWindow();
  bench.app.commands.run('settings');
  const dialog = within(await screen.findByRole('dialog', { name: 'Settings' }));
  const limit = dialog.getByLabelText('Captures may take, GiB');
  await fireEvent.input(limit, { target: { value: 'lots' } });
  await fireEvent.change(limit);
  expect(limit).toHaveAttribute('aria-invalid', 'true');
  expect(bench.named('changeSettings')).toEqual([]);
  await fireEvent.input(limit, { target: { value: '2.5' } });
  await fireEvent.change(limit);
  await waitFor(() =>
    expect(bench.named('changeSettings').map(({ params }) => params)).toEqual([
      { captureLimitBytes: 2.5 * 1024 ** 3 },
    ]),
  );
  const files = dialog.getByLabelText('Keep files');
  await fireEvent.input(files, { target: { value: '10' } });
  await fireEvent.change(files);
  expect(files).toHaveAttribute('aria-invalid', 'true');
  expect(dialog.getByText(/needs a size or a time/)).toBeVisible();
  const size = dialog.getByLabelText('New file at size');
  await fireEvent.input(size, { target: { value: '100MB' } });
  await fireEvent.change(size);
  const recordingSplit = { splitSizeBytes: 1e8, splitTimeMs: null, ringMs: null, ringParts: 10 };
  await waitFor(() =>
    expect(bench?.named('changeSettings').at(-1)?.params).toEqual({ recordingSplit }),
  );
});

test('the shortcut sheet lists every command that has a key', async () => {
  bench = await openWindow();
  await fireEvent.keyDown(document.body, { key: '/', ctrlKey: true });
  const dialog = within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }));
  for (const { title, keys } of bench.app.commands.list().filter((one) => one.keys.length > 0)) {
    const lines = dialog.getAllByText(title).map((one) => one.closest('div')?.textContent ?? '');
    expect(lines.join('|')).toContain(keys[0] ?? '');
  }
});

test('an engine that died is explained, with what was lost and the way back', async () => {
  bench = await openWindow({ engine: { open: () => ({ socket: 1 }) } });
  await bench.tell({ sockets: [socketInfo({ id: 1, address: 'tcp-listen:9000' })] });
  bench.app.workspace.lost = {
    restarted: true,
    exitCode: 9,
    sockets: [socketInfo({ id: 1, address: 'tcp-listen:9000' })],
  };
  const strip = within(
    await screen.findByText(/was started again/).then((text) => {
      const box = text.closest('section');
      if (box === null) throw new Error('the strip is no section');
      return box;
    }),
  );
  expect(strip.getByText(/One socket was closed by it/)).toBeVisible();
  await fireEvent.click(strip.getByRole('button', { name: 'Open them again' }));
  await waitFor(() => expect(bench.named('open')).toHaveLength(1));
  expect(screen.queryByText(/was started again/)).toBeNull();
});

test('a tooltip goes with the button it was about', async () => {
  bench = await openWindow();
  await bench.tell({ sockets: [socketInfo({ id: 1, address: 'udp-listen:5683' })] });
  bench.app.workspace.show(1);
  await settle();
  const button = screen.getByRole('button', { name: 'Search the log' });
  await fireEvent.pointerMove(button, { pointerType: 'mouse' });
  await waitFor(() => expect(document.querySelector('.tooltip')?.textContent).toMatch(/Search/));
  await bench.tell({ removed: [1] });
  await waitFor(() => expect(button.isConnected).toBe(false));
  expect(document.querySelector('.tooltip')).toBeNull();
});
