import type { SocketInfo } from '../../../src-shared/contract/socket';
import type { App } from '../../commands/app';
import {
  captureOff,
  halfCloseOff,
  offerOptions,
  offerProfile,
  openInstead,
  openInWireshark,
  profileOff,
  removeOff,
  reopenOff,
  resetOff,
  saveCapture,
  startOff,
  stopOff,
  wiresharkOff,
} from '../../commands/socket-actions';
import { m } from '../../i18n/generated/messages';
import type { MenuItem } from '../common/menu-item';

/** What is called "Stop" for what listens is "Close" for what is connected. */
export function stopWord({ kind }: SocketInfo): string {
  return kind === 'tcp-listener' || kind === 'udp-socket'
    ? m.action_stop()
    : m.action_close_socket();
}

export function startWord({ kind }: SocketInfo): string {
  return kind === 'tcp-connection' ? m.action_reconnect() : m.action_start();
}

/** All that can be done with a socket, for the tree and for its tab. */
export function socketMenu(app: App, info: SocketInfo): MenuItem[] {
  const root = app.sockets.get(info.parent ?? info.id);
  const stream = info.kind === 'tcp-connection';
  const items: (MenuItem | null)[] = [
    { id: 'show', label: m.action_show_tab(), run: () => app.workspace.show(info.id) },
    {
      id: 'stop',
      label: stopWord(info),
      offBecause: stopOff(info),
      run: () => void app.workspace.closeSocket(info.id),
    },
    stream ? halfCloseItem(app, info) : null,
    stream ? resetItem(app, info) : null,
    info.parent === null && info.kind !== 'capture-file' ? startItem(app, info) : null,
    info.parent === null && info.kind !== 'capture-file' ? optionsItem(app, info) : null,
    ...captureItems(app, root),
    {
      id: 'copy',
      label: m.action_copy_addr(),
      separated: true,
      run: () => void app.workspace.copyText(info.address),
    },
    info.parent === null ? removeItem(app, info) : null,
  ];
  return items.filter((item) => item !== null);
}

function halfCloseItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'half-close',
    label: m.action_half_close(),
    offBecause: halfCloseOff(info),
    run: () => void app.workspace.endSocket(info.id),
  };
}

function resetItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'reset',
    label: m.action_reset(),
    offBecause: resetOff(info),
    run: () => void app.workspace.resetSocket(info.id),
  };
}

function startItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'start',
    label: startWord(info),
    offBecause: startOff(info),
    run: () => void openInstead(app, info, info.address),
  };
}

function optionsItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'options',
    label: m.options_reopen_with(),
    offBecause: reopenOff(info),
    run: () => offerOptions(app, info),
  };
}

function removeItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'remove',
    label: m.action_remove(),
    offBecause: removeOff(info),
    run: () => void app.workspace.removeSocket(info.id),
  };
}

/** What concerns the root: its profile and its capture. */
function captureItems(app: App, root: SocketInfo | undefined): MenuItem[] {
  if (root === undefined) return [];
  return [
    {
      id: 'save-profile',
      label: m.cmd_save_profile(),
      keys: app.commands.keys('save-profile'),
      offBecause: profileOff(root),
      separated: true,
      run: () => offerProfile(app, root),
    },
    {
      id: 'save-capture',
      label: m.cmd_save_capture(),
      keys: app.commands.keys('save-capture'),
      offBecause: captureOff(root),
      run: () => void saveCapture(app, root),
    },
    {
      id: 'wireshark',
      label: m.cmd_open_wireshark(),
      offBecause: wiresharkOff(root, app.shell.info.wireshark),
      run: () => void openInWireshark(app, root),
    },
  ];
}
