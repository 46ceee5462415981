import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import type { DetailSection } from '../state/shell.svelte';
import type { AppState } from './app';
import type { CommandAction, CommandActions } from './commands';
import {
  acceptingOff,
  actingOn,
  lookUpName,
  nameOff,
  pauseOff,
  toggleAccepting,
  togglePaused,
} from './control-actions';

export type Some<Ids extends keyof CommandActions> = Pick<CommandActions, Ids>;

/** A command on what is shown: off with a reason when nothing is, or when it does not fit. */
export function on(
  find: () => SocketInfo | undefined,
  off: (info: SocketInfo) => string | null,
  run: (info: SocketInfo) => void,
): CommandAction {
  return {
    run() {
      const info = find();
      if (info !== undefined) run(info);
    },
    offBecause() {
      const info = find();
      return info === undefined ? m.off_no_socket() : off(info);
    },
  };
}

/** What is done to the life of the socket that is shown, and what shows more of it. */
export function controlActions(
  app: AppState,
  here: () => SocketInfo | undefined,
): Some<
  | 'details'
  | 'look-up-name'
  | 'send-file'
  | 'pause-reading'
  | 'stop-accepting'
  | 'options'
  | 'calls'
  | 'code'
> {
  const acted = (): SocketInfo | undefined => {
    const info = here();
    return info === undefined ? undefined : actingOn(app, info);
  };
  const show = (section: DetailSection): CommandAction =>
    on(here, detailsOff, () => app.shell.toggleDetails(section));
  return {
    details: on(here, detailsOff, () => {
      app.shell.details = app.shell.details === null ? 'endpoint' : null;
    }),
    'look-up-name': on(acted, nameOff, (info) => lookUpName(app, info)),
    'send-file': on(here, detailsOff, (info) => {
      app.shell.composerOpen = true;
      app.files.of(info.id).open = true;
    }),
    'pause-reading': on(acted, pauseOff, (info) => void togglePaused(app, info)),
    'stop-accepting': on(here, acceptingOff, (info) => void toggleAccepting(app, info)),
    options: show('options'),
    calls: show('calls'),
    code: show('code'),
  };
}

/** Why there is nothing to be said of the calls and options of a socket, or null. */
export function detailsOff({ kind }: SocketInfo): string | null {
  return kind === 'capture-file' ? m.off_capture_file() : null;
}
