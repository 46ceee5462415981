import type { CodeLanguage } from '../../src-shared/code/plan';
import type { AppInfo } from '../../src-shared/contract/app-info';
import type { Draft, NamedPayload } from '../../src-shared/contract/profile';
import type { SocketId } from '../../src-shared/contract/socket';
import type { OptionGroup } from '../format/option-groups';
import type { Kit } from './drafts.svelte';

/** What is open above the window. */
export type Overlay =
  | { kind: 'palette' }
  | { kind: 'go-to' }
  | { kind: 'shortcuts' }
  | { kind: 'settings' }
  | { kind: 'about' }
  | { kind: 'network' }
  | { kind: 'layouts' }
  /** Of the log in front. */
  | { kind: 'export' }
  | RulesOverlay
  /** Of rows: what is shown is in RowTools. */
  | RowOverlay
  /** `crashed`: opened by itself, because captures of a session that crashed were found. */
  | { kind: 'captures'; crashed: boolean }
  | {
      kind: 'save-profile';
      address: string;
      draft: Draft | null;
      payloads: readonly NamedPayload[];
      views: Omit<Kit, 'draft' | 'payloads'>;
    }
  | { kind: 'edit-profile'; id: string; field: 'name' | 'folder' }
  | OpeningOverlay;

/** Those about rows of the log in front. */
export interface RowOverlay {
  kind: 'note' | 'marks' | 'compare';
}

/** The rules by which a socket answers; `fresh`: one is to be made of these messages. */
export interface RulesOverlay {
  kind: 'rules';
  socket: SocketId;
  fresh: { when: Uint8Array; reply: Uint8Array | null } | null;
}

/** Those that go with opening sockets. */
export type OpeningOverlay =
  | OptionsOverlay
  | ProbeOverlay
  | { kind: 'secrets' }
  | { kind: 'certificates' }
  | { kind: 'protocols' };

export function isOpening(overlay: Overlay): overlay is OpeningOverlay {
  const { kind } = overlay;
  return (
    kind === 'options' ||
    kind === 'probe' ||
    kind === 'secrets' ||
    kind === 'certificates' ||
    kind === 'protocols'
  );
}

/** The option editor: what it begins with, and what becomes of the address. */
export interface OptionsOverlay {
  kind: 'options';
  /** May be unfinished; then it is shown as far as it can be. */
  address: string;
  then: { to: 'open' } | { to: 'reopen'; socket: SocketId } | { to: 'profile'; id: string };
  /** The part to begin at; null: the top. */
  group: OptionGroup | null;
}

/** An address is tried before it is opened. */
export interface ProbeOverlay {
  kind: 'probe';
  /** May be unfinished. */
  address: string;
  /** Not only asked for: the user has said which. */
  atOnce: boolean;
  /** Whose address it is; null: no profile's. */
  profile: string | null;
}

/** The parts of the details panel of a socket, in its order. */
export const detailSections = ['endpoint', 'controls', 'options', 'tls', 'calls', 'code'] as const;
export type DetailSection = (typeof detailSections)[number];

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
  /** Whether the first frame is on the screen: what it does not need is loaded from then on. */
  painted = $state.raw(false);
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
    hostname: '',
  });
  overlay = $state.raw<Overlay | null>(null);
  layout = $state.raw<Layout>(usualLayout);
  composerOpen = $state.raw(true);
  /** The part of the details panel that is shown; null: the panel is closed. */
  details = $state.raw<DetailSection | null>(null);
  /** Of "copy as code", for as long as the window lives. */
  codeLanguage = $state.raw<CodeLanguage>('python');
  /** The window is too narrow for a sidebar beside the rest. */
  narrow = $state.raw(false);
  /** Too narrow for the inspector beside the log, and high enough for it below. */
  slim = $state.raw(false);
  /** Not high enough for a log and what is written below it at its usual height. */
  short = $state.raw(false);
  /** In a narrow window the sidebar lies above the rest while this is on. */
  drawerOpen = $state.raw(false);
  systemDark = $state.raw(false);
  /** The last whole second, epoch ms. */
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

  /** Opens the details panel at a part, or closes it when it is there already. */
  toggleDetails(section: DetailSection): void {
    this.details = this.details === section ? null : section;
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
