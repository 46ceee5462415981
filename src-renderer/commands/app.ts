import type { Captures } from '../state/captures.svelte';
import type { Commands } from './commands';
import type { Decoding } from '../state/decoding.svelte';
import type { Layouts } from '../state/layouts.svelte';
import type { EngineClient } from '../state/engine-client';
import type { EngineWatch } from '../state/engine-watch.svelte';
import type { Exports } from '../state/exports';
import type { FileSendings } from '../state/file-sending.svelte';
import type { Interfaces } from '../state/interfaces.svelte';
import type { MainClient } from '../state/main-client';
import type { NameBook } from '../state/peer-names.svelte';
import type { Profiles } from '../state/profiles.svelte';
import type { RowTools } from '../state/row-tools.svelte';
import type { Secrets } from '../state/secrets.svelte';
import type { SettingsState } from '../state/settings.svelte';
import type { Shell } from '../state/shell.svelte';
import type { Sockets } from '../state/sockets.svelte';
import type { Toasts } from '../state/toasts.svelte';
import type { Workspace } from '../state/workspace.svelte';

/** All state of the window, made once by `main.ts`. */
export interface AppState {
  engine: EngineClient;
  watch: EngineWatch;
  main: MainClient;
  sockets: Sockets;
  settings: SettingsState;
  profiles: Profiles;
  captures: Captures;
  exports: Exports;
  files: FileSendings;
  secrets: Secrets;
  interfaces: Interfaces;
  names: NameBook;
  decoding: Decoding;
  layouts: Layouts;
  workspace: Workspace;
  rows: RowTools;
  toasts: Toasts;
  shell: Shell;
}

/** What components are given. */
export interface App extends AppState {
  commands: Commands;
}
