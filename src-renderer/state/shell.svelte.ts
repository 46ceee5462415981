import type { AppInfo } from '../../src-shared/contract/main';
import type { Draft } from '../../src-shared/contract/profile';

/** What is open above the window. */
export type Overlay =
  | { kind: 'palette' }
  | { kind: 'go-to' }
  | { kind: 'shortcuts' }
  | { kind: 'settings' }
  | { kind: 'about' }
  /** `crashed`: opened by itself, because captures of a session that crashed were found. */
  | { kind: 'captures'; crashed: boolean }
  | { kind: 'save-profile'; address: string; draft: Draft | null }
  | { kind: 'edit-profile'; id: string; field: 'name' | 'folder' };

/** Sizes the user has given the panes, px. */
export interface Layout {
  sidebarWidth: number;
  inspectorWidth: number;
  inspectorHeight: number;
  composerHeight: number;
}

export const usualLayout: Layout = {
  sidebarWidth: 248,
  inspectorWidth: 330,
  inspectorHeight: 220,
  composerHeight: 148,
};

/** Places the focus can be sent to. */
export type FocusPlace = 'quick-open' | 'address';

/** What of the window is open, and how big. */
export class Shell {
  info: AppInfo = $state.raw<AppInfo>({
    version: '',
    electron: '',
    chrome: '',
    node: '',
    platform: 'linux',
    packaged: false,
    systemLanguage: 'en',
    wireshark: null,
    captureFolder: '',
  });
  overlay = $state.raw<Overlay | null>(null);
  layout = $state.raw<Layout>(usualLayout);
  composerOpen = $state.raw(true);
  /** The window is too narrow for a sidebar beside the rest. */
  narrow = $state.raw(false);
  /** Too narrow even for the inspector beside the log. */
  slim = $state.raw(false);
  /** In a narrow window the sidebar lies above the rest while this is on. */
  drawerOpen = $state.raw(false);
  systemDark = $state.raw(false);
  /** About now, epoch ms, in steps of a second. */
  now = $state.raw(Date.now());
  /** Captures left over by a crash that the user has been told of, by name. */
  toldCaptures = new Set<string>();
  /** A new object for each wish, so that the same place can be wished for twice. */
  focusWish = $state.raw<{ place: FocusPlace } | null>(null);
  /** The form whose address was tried last: they share what is typed, and only it says what is wrong. */
  triedForm = $state.raw<string | null>(null);

  open(overlay: Overlay): void {
    this.overlay = overlay;
  }

  close(): void {
    this.overlay = null;
  }

  resize(patch: Partial<Layout>): void {
    this.layout = { ...this.layout, ...patch };
  }

  focus(place: FocusPlace): void {
    this.focusWish = { place };
  }
}
