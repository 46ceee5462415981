import type { SocketInfo } from '../../../src-shared/contract/socket';
import { isConnection, isListener } from '../../../src-shared/contract/socket-words';
import type { App } from '../../commands/app';
import {
  acceptingOff,
  actingOn,
  blockClient,
  blockOff,
  lookUpName,
  nameOff,
  pauseOff,
  toggleAccepting,
  togglePaused,
} from '../../commands/control-actions';
import { detailsOff } from '../../commands/control-commands';
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
  return isListener(kind) || kind === 'udp-socket' ? m.action_stop() : m.action_close_socket();
}

export function startWord({ kind }: SocketInfo): string {
  return isConnection(kind) || kind === 'dialer' ? m.action_reconnect() : m.action_start();
}

/** All that can be done with a socket, for the tree and for its tab. */
export function socketMenu(app: App, info: SocketInfo): MenuItem[] {
  const root = app.sockets.get(info.parent ?? info.id);
  const acted = actingOn(app, info);
  const stream = isConnection(acted.kind);
  const items: (MenuItem | null)[] = [
    { id: 'show', label: m.action_show_tab(), run: () => app.workspace.show(info.id) },
    {
      id: 'stop',
      label: stopWord(info),
      offBecause: stopOff(info),
      run: () => void app.workspace.closeSocket(info.id),
    },
    stream ? halfCloseItem(app, acted) : null,
    stream ? resetItem(app, acted) : null,
    ...controlItems(app, info, acted),
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

/** What acts on the life of an open socket, and what tells of it. */
function controlItems(app: App, info: SocketInfo, acted: SocketInfo): MenuItem[] {
  const client = blockOff(app, info) === null;
  const pause: MenuItem = {
    id: 'pause-reading',
    label: acted.readingPaused ? m.ctl_resume_reading() : m.ctl_pause_reading(),
    offBecause: pauseOff(acted),
    run: () => void togglePaused(app, acted),
  };
  const accept: MenuItem = {
    id: 'accepting',
    label: info.accepting === false ? m.ctl_start_accepting() : m.ctl_stop_accepting(),
    offBecause: acceptingOff(info),
    run: () => void toggleAccepting(app, info),
  };
  const block: MenuItem = {
    id: 'block',
    label: m.ctl_block_name({ name: info.remote?.host ?? '' }),
    run: () => void blockClient(app, info),
  };
  return [
    ...(isConnection(acted.kind) ? [pause] : []),
    ...(isListener(info.kind) ? [accept] : []),
    ...(client ? [block] : []),
    ...detailItems(app, info),
  ];
}

function nameItem(app: App, info: SocketInfo): MenuItem {
  return {
    id: 'look-up-name',
    label: m.cmd_look_up_name(),
    run: () => lookUpName(app, info),
  };
}

function detailItems(app: App, info: SocketInfo): MenuItem[] {
  if (detailsOff(info) !== null) return [];
  const show = (section: 'endpoint' | 'code'): void => {
    app.workspace.show(info.id);
    app.shell.details = section;
  };
  return [
    ...(nameOff(info) === null ? [nameItem(app, info)] : []),
    {
      id: 'details',
      label: m.sd_title(),
      keys: app.commands.keys('details'),
      run: () => show('endpoint'),
    },
    { id: 'code', label: m.cmd_code(), keys: app.commands.keys('code'), run: () => show('code') },
  ];
}
