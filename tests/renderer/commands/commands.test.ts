import { fireEvent } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { Commands, type CommandActions } from '../../../src-renderer/commands/commands';
import { commandTable, isCommandId } from '../../../src-renderer/commands/command-table';
import { isForbiddenKey, normalKeys, showKeys } from '../../../src-renderer/commands/key-text';

const ids = Object.keys(commandTable).filter(isCommandId);
const allKeys = ids.flatMap((id) => [...commandTable[id].keys]);
let unbind: () => void = () => undefined;
afterEach(() => unbind());

function commandsWith(off: string | null = null) {
  const ran: string[] = [];
  const action = (id: string) => ({ run: () => void ran.push(id), offBecause: () => off });
  const actions = Object.fromEntries(ids.map((id) => [id, action(id)])) as CommandActions;
  const commands = new Commands(actions, false);
  unbind = commands.bindKeys(window);
  return { commands, ran };
}

test.each([true, false])('no key is given twice (macOS: %s)', (mac) => {
  const normal = allKeys.map((keys) => normalKeys(keys, mac));
  expect(normal.filter((keys, place) => normal.indexOf(keys) !== place)).toEqual([]);
});

test('no command has a key that must stay free', () => {
  expect(allKeys.filter(isForbiddenKey)).toEqual([]);
});

test.each([
  '$mod+Space',
  'Control+.',
  'Shift',
  'Control+Shift',
  '$mod+Alt+k',
  'Control+Alt+Digit1',
  'Meta+h',
  '$mod+q',
  'Control+Alt+F1',
])('%s is one of those', (keys) => {
  expect(isForbiddenKey(keys)).toBe(true);
});

test('every command has a title of its own', () => {
  const titles = ids.map((id) => commandTable[id].title());
  expect(new Set(titles).size).toBe(titles.length);
});

test('the application menu names only commands there are', () => {
  const menu = [
    'new-socket',
    'open-capture',
    'captures',
    'save-capture',
    'open-wireshark',
    'save-profile',
    'import-profiles',
    'export-profiles',
    'settings',
    'palette',
    'toggle-sidebar',
    'toggle-inspector',
    'toggle-composer',
    'shortcuts',
    'about',
    'clear-log',
    'close-tab',
  ];
  expect(menu.filter((id) => !isCommandId(id))).toEqual([]);
  const { commands, ran } = commandsWith();
  for (const id of menu) commands.runNamed(id);
  expect(ran).toEqual(menu);
  expect(commands.runNamed('format-disk')).toBe(false);
  expect(commands.runNamed('toString')).toBe(false);
});

test('a key runs its command, whatever has the focus', async () => {
  const { ran } = commandsWith();
  await fireEvent.keyDown(document.body, { key: 'P', ctrlKey: true, shiftKey: true });
  await fireEvent.keyDown(document.body, { key: 'F6', shiftKey: true });
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  expect(ran).toEqual(['palette', 'previous-region', 'settings']);
});

test('a key that an input method is using runs nothing', async () => {
  const { ran } = commandsWith();
  await fireEvent.keyDown(document.body, { key: 'F1', isComposing: true });
  await fireEvent.keyDown(document.body, { key: 'F1', keyCode: 229 });
  expect(ran).toEqual([]);
});

test('a key that something nearer has taken runs nothing', async () => {
  const { ran } = commandsWith();
  const field = document.createElement('input');
  field.addEventListener('keydown', (event) => event.preventDefault());
  document.body.append(field);
  await fireEvent.keyDown(field, { key: 'F1' });
  field.remove();
  expect(ran).toEqual([]);
});

test('a key pressed in a dialog does nothing behind it, and still opens another', async () => {
  const { ran } = commandsWith();
  const dialog = document.createElement('div');
  dialog.setAttribute('aria-modal', 'true');
  const field = dialog.appendChild(document.createElement('input'));
  document.body.append(dialog);
  // Closes the socket, when no dialog is before it.
  await fireEvent.keyDown(field, { key: 'F5', shiftKey: true });
  await fireEvent.keyDown(field, { key: 'F1' });
  dialog.remove();
  await fireEvent.keyDown(document.body, { key: 'F5', shiftKey: true });
  expect(ran).toEqual(['palette', 'stop']);
});

test('a command that is off says why and does nothing', () => {
  const { commands, ran } = commandsWith('no socket is shown');
  commands.run('stop');
  expect(ran).toEqual([]);
  expect(commands.list().find(({ id }) => id === 'stop')?.offBecause).toBe('no socket is shown');
});

test.each([
  ['$mod+Shift+p', 'Ctrl+Shift+P', '⌘⇧P'],
  ['Control+PageUp', 'Ctrl+PgUp', '⌃PgUp'],
  ['F6', 'F6', 'F6'],
  ['$mod+,', 'Ctrl+,', '⌘,'],
])('%s is shown as %s, on macOS as %s', (keys, shown, onMac) => {
  expect(showKeys(keys, false)).toBe(shown);
  expect(showKeys(keys, true)).toBe(onMac);
});

test('what binds keys lets go of them', async () => {
  const { ran } = commandsWith();
  unbind();
  const heard = vi.fn();
  window.addEventListener('keydown', heard, { once: true });
  await fireEvent.keyDown(document.body, { key: 'F1' });
  expect(heard).toHaveBeenCalledOnce();
  expect(ran).toEqual([]);
});
