import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import { m } from '../../../src-renderer/i18n/generated/messages';
import { emptyLedger } from '../../../src-shared/contract/socket';
import { settle, socketInfo } from '../state/fakes';
import { openWindow, type FakeWindow, type FakeWindowOptions, useWindow } from './fake-window';

let bench: FakeWindow;
useWindow(() => bench);

async function opened(options: FakeWindowOptions = {}): Promise<void> {
  bench = await openWindow(options);
}

const listening = socketInfo({
  id: 1,
  address: 'tcp-listen:9000',
  local: { host: '0.0.0.0', port: 9000 },
  openedAt: Date.now(),
});
const inUse = socketInfo({
  id: 1,
  address: 'tcp-listen:9000',
  phase: 'closed',
  error: { code: 'EADDRINUSE', syscall: 'listen', errno: -98, message: 'in use' },
});

async function violations(): Promise<string[]> {
  // jsdom computes no colours; contrast is measured in the real window.
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

describe('first run', () => {
  test('Enter in the port field listens on it', async () => {
    await opened({ engine: { open: () => ({ socket: 1 }) } });
    const port = within(screen.getByRole('main')).getByRole('textbox', { name: 'Port' });
    expect(port).toHaveFocus();
    await fireEvent.input(port, { target: { value: '7777' } });
    await fireEvent.submit(port.closest('form') ?? port);
    await settle();
    expect(bench.named('open')).toEqual([{ name: 'open', params: { address: 'tcp-listen:7777' } }]);
  });

  test('a bad port says so beside the field and opens nothing', async () => {
    await opened();
    const main = within(screen.getByRole('main'));
    const port = main.getByRole('textbox', { name: 'Port' });
    await fireEvent.input(port, { target: { value: '70000' } });
    await fireEvent.submit(port.closest('form') ?? port);
    expect(main.getByRole('alert')).toHaveTextContent('“70000” is not a port');
    expect(port).toHaveAttribute('aria-invalid', 'true');
    // The form in the sidebar shares the fields, but was not the one that was used.
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    expect(bench.named('open')).toEqual([]);
    await fireEvent.input(port, { target: { value: '7000' } });
    expect(main.queryByRole('alert')).toBeNull();
  });

  test('it speaks Chinese at once', async () => {
    await opened();
    await fireEvent.click(screen.getByRole('button', { name: '切换到简体中文' }));
    expect(screen.getByRole('heading', { level: 2, name: /看见/ })).toHaveTextContent(
      '看见设备发出的每一个字节',
    );
    expect(document.documentElement.lang).toBe('zh-CN');
    await waitFor(() => expect(bench.named('changeSettings')).toHaveLength(1));
  });

  test('it follows the theme', async () => {
    await opened({ settings: { theme: 'dark' } });
    expect(document.documentElement.dataset['theme']).toBe('dark');
    bench.app.commands.run('theme-light');
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('light'));
  });

  test('that nothing is saved is not said before it is known', async () => {
    await opened();
    const empty = (): HTMLElement | null => screen.queryByText(m.tree_saved_empty());
    expect(empty()).not.toBeNull();
    bench.app.profiles.looked = false;
    await waitFor(() => expect(empty()).toBeNull());
  });

  test('it has no axe violations', async () => {
    await opened();
    expect(await violations()).toEqual([]);
  });
});

describe('a socket', () => {
  async function listener(): Promise<void> {
    await opened({
      engine: {
        open: () => ({ socket: 1 }),
        close: () => ({}),
        remove: () => ({}),
        interfaces: () => ({
          interfaces: [{ name: 'eth0', address: '192.168.1.20', family: 'IPv4', internal: false }],
        }),
      },
    });
    await bench.app.interfaces.refresh();
    await bench.tell({ sockets: [listening] });
    bench.app.workspace.show(1);
    await settle();
  }

  test('that waits says where it can be reached and how to try it', async () => {
    await listener();
    expect(screen.getByText('Listening on 0.0.0.0:9000')).toBeVisible();
    expect(screen.getByText('ncat 192.168.1.20 9000')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Send a test message' })).toBeVisible();
  });

  test('is not left behind the drawer it was opened from', async () => {
    await listener();
    const { shell, workspace } = bench.app;
    shell.narrow = true;
    shell.drawerOpen = true;
    await settle();
    expect(screen.getByRole('navigation')).toBeVisible();
    await bench.tell({ sockets: [socketInfo({ id: 2 })] });
    expect(shell.drawerOpen).toBe(true);
    workspace.show(2);
    await settle();
    expect(screen.queryByRole('navigation')).toBeNull();
  });

  test('is stopped by its button and by Shift+F5', async () => {
    await listener();
    await fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await fireEvent.keyDown(document.body, { key: 'F5', shiftKey: true });
    expect(bench.named('close').map(({ params }) => params)).toEqual([
      { socket: 1 },
      { socket: 1 },
    ]);
  });

  test('has a tab that Delete closes and Ctrl+Shift+T brings back', async () => {
    await listener();
    const tab = screen.getByRole('tab', { name: /tcp-listen:9000/ });
    await fireEvent.keyDown(tab, { key: 'Delete' });
    expect(screen.queryByRole('tab')).toBeNull();
    await fireEvent.keyDown(document.body, { key: 'T', ctrlKey: true, shiftKey: true });
    expect(screen.getByRole('tab', { name: /tcp-listen:9000/ })).toBeVisible();
  });

  test('whose port is taken offers the next one, which takes its place', async () => {
    await listener();
    await bench.tell({ sockets: [inUse] });
    const panel = within(screen.getByRole('region', { name: 'What went wrong' }));
    expect(panel.getByRole('alert')).toHaveTextContent('Port 9000 is already used');
    expect(
      panel.getByText(/EADDRINUSE listen tcp-listen:9000 \(errno -98\)|EADDRINUSE listen/),
    ).toBeVisible();
    await fireEvent.click(panel.getByRole('button', { name: 'Use port 9001' }));
    await waitFor(() => expect(bench.named('remove')).toHaveLength(1));
    expect(bench.named('open').at(-1)?.params).toEqual({ address: 'tcp-listen:9001' });
  });

  test('whose capture is blocked says how much is not recorded, and offers the store', async () => {
    await listener();
    const capture = {
      file: 'a.pcapng',
      bytes: 100,
      rows: 2,
      state: 'blocked' as const,
      error: { code: 'ENOSPC', syscall: 'write', message: '' },
      progress: null,
      damage: null,
    };
    const ledger = {
      ...emptyLedger(),
      receivedChunks: 10,
      ownDroppedChunks: 3,
      ownDroppedBytes: 2048,
    };
    await bench.tell({ sockets: [{ ...listening, capture, ledger }] });
    const panel = within(screen.getByRole('region', { name: 'What went wrong' }));
    expect(panel.getByText(/^3 chunks \(2\.0 KiB\) not recorded/)).toBeVisible();
    expect(screen.getByRole('button', { name: /^3 lost/ })).toBeVisible();
    await fireEvent.click(panel.getByRole('button', { name: 'Show captures' }));
    expect(await screen.findByRole('dialog', { name: 'Stored captures' })).toBeVisible();
  });

  test('cannot be opened in Wireshark when there is none, and says why', async () => {
    await listener();
    const button = screen.getByRole('button', { name: 'Open in Wireshark' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await fireEvent.click(button);
    expect(bench.named('openInWireshark')).toEqual([]);
    const palette = bench.app.commands.list().find(({ id }) => id === 'open-wireshark');
    expect(palette?.offBecause).toContain('Wireshark is not installed');
  });

  test('has no axe violations, open or failed', async () => {
    await listener();
    expect(await violations()).toEqual([]);
    await bench.tell({ sockets: [inUse] });
    expect(await violations()).toEqual([]);
  });
});

describe('the tree of open sockets', () => {
  const child = (id: number, phase: 'open' | 'closed' = 'open') =>
    socketInfo({
      ...{ id, parent: 1, kind: 'tcp-connection', phase, address: `tcp:10.0.0.${id}:4000` },
      remote: { host: `10.0.0.${id}`, port: 4000 },
    });

  test('is walked and used with keys', async () => {
    await opened({ engine: { close: () => ({}) } });
    await bench.tell({
      sockets: [
        { ...listening, openChildren: 2, closedChildren: 1 },
        child(2),
        child(3),
        child(4, 'closed'),
      ],
    });
    const tree = screen.getByRole('tree', { name: 'Open sockets' });
    await waitFor(() => expect(within(tree).getAllByRole('treeitem')).toHaveLength(4));
    const active = () =>
      document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.textContent;
    await fireEvent.keyDown(tree, { key: 'ArrowDown' });
    expect(active()).toContain('10.0.0.2:4000');
    await fireEvent.keyDown(tree, { key: 'Delete' });
    expect(bench.named('close').map(({ params }) => params)).toEqual([{ socket: 2 }]);
    await fireEvent.keyDown(tree, { key: 'Enter' });
    expect(screen.getByRole('tab', { name: /10\.0\.0\.2:4000/ })).toBeVisible();
    await fireEvent.keyDown(tree, { key: 'End' });
    expect(active()).toContain('+1 closed');
    await fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(within(tree).getByRole('treeitem', { name: /10\.0\.0\.4:4000/ })).toBeVisible();
    await fireEvent.keyDown(tree, { key: 'Home' });
    await fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    expect(within(tree).getAllByRole('treeitem')).toHaveLength(1);
  });

  test('has only the rows in sight on the page when there are thousands', async () => {
    await opened();
    const many = Array.from({ length: 2000 }, (_, n) => child(n + 2));
    await bench.tell({ sockets: [{ ...listening, openChildren: 2000 }, ...many] });
    const tree = screen.getByRole('tree', { name: 'Open sockets' });
    await waitFor(() => expect(within(tree).getAllByRole('treeitem').length).toBeGreaterThan(5));
    expect(within(tree).getAllByRole('treeitem').length).toBeLessThan(100);
    expect(within(tree).getAllByRole('treeitem').at(1)).toHaveAttribute('aria-setsize', '2000');
  });
});

test('an engine that says nothing is told of instead of rates, and then how long it was', async () => {
  await opened({ settings: { language: 'en' } });
  await bench.tell({ sockets: [listening] });
  const at = new Date(2026, 0, 2, 14, 5, 9).getTime();
  bench.app.workspace.show(1);
  bench.app.watch.silentSince = at;
  bench.app.shell.now = at + 4000;
  await settle();
  const status = within(screen.getByRole('contentinfo', { name: 'Status' }));
  const told = status.getByRole('status');
  expect(told).toHaveTextContent('Engine silent since 14:05:09 4 s');
  expect(status.queryByText('RX')).toBeNull();
  expect(status.getByText('Losses not known now')).toBeVisible();
  bench.app.watch.heard(at + 12_000);
  await settle();
  expect(told).toHaveTextContent(/^Engine silent for 12 s/);
  expect(status.getByText('RX')).toBeVisible();
  expect(status.getByText('Nothing lost')).toBeVisible();
  await fireEvent.click(within(told).getByRole('button'));
  expect(told).toBeEmptyDOMElement();
});
