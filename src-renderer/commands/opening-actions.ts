import { parseAddress } from '../../src-shared/address/address';
import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { canProbe } from '../state/address-probe.svelte';
import type { ProbeOverlay } from '../state/shell.svelte';
import type { AppState } from './app';
import type { Some } from './control-commands';

/** The dialog that tries an address; begins at once. `profile`: whose address it is. */
export function askProbe(address: string, profile: string | null = null): ProbeOverlay {
  return { kind: 'probe', address, atOnce: address.trim() !== '', profile };
}

/** Why an address cannot be tried without opening it, or null. */
export function probeOff(address: string): string | null {
  const parsed = parseAddress(address);
  // One that does not parse is said so where it can be put right.
  if (!parsed.ok || canProbe(parsed.address.kind)) return null;
  return m.probe_other_kind({ kind: `${parsed.address.kind}:` });
}

/** The dialogs that sockets are opened from. */
export function openingActions(
  app: AppState,
  shown: () => SocketInfo | undefined,
): Some<'open-options' | 'probe' | 'new-protocol'> {
  const { workspace, shell } = app;
  return {
    'open-options': {
      run() {
        const address = workspace.quickOpen.composed;
        shell.open({ kind: 'options', address, then: { to: 'open' }, group: null });
      },
    },
    probe: { run: () => shell.open({ ...askProbe(probable(app, shown())), atOnce: false }) },
    'new-protocol': { run: () => shell.open({ kind: 'protocols' }) },
  };
}

/** The address that a probe asked for by a command is likely about. */
function probable(app: AppState, shown: SocketInfo | undefined): string {
  const { quickOpen } = app.workspace;
  if (quickOpen.address.trim() !== '') return quickOpen.address;
  const root = shown && app.sockets.get(shown.parent ?? shown.id);
  if (root !== undefined && dials(root.address)) return root.address;
  return quickOpen.kind !== 'relay' && canProbe(quickOpen.kind) ? quickOpen.composed : '';
}

function dials(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed.ok && canProbe(parsed.address.kind);
}
