import { parseAddress } from '../../../src-shared/address/address';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import type { App } from '../../commands/app';
import { offerOptions, openInstead } from '../../commands/socket-actions';
import type { Remedy } from '../../format/error-words';

/** Carries out what an error's button offers, for a socket that could not go on. */
export function carryOut(app: App, remedy: Remedy, of: SocketInfo, address: string | null): void {
  switch (remedy) {
    case 'retry':
    case 'next-port':
    case 'any-port':
    case 'any-address':
    case 'longer':
    case 'as-tcp':
    case 'unlink':
      if (address !== null) void openInstead(app, of, address);
      return;
    case 'edit':
      editAddress(app, of.address);
      return;
    case 'options':
      offerOptions(app, of);
      return;
    case 'options-tls':
      offerOptions(app, of, 'tls');
      return;
    case 'secrets':
      app.commands.run('secrets');
      return;
    case 'certificates':
      app.commands.run('certificates');
      return;
    case 'captures':
      app.commands.run('captures');
      return;
    case 'folder':
      app.commands.run('capture-folder');
      return;
    case 'open-other':
      app.commands.run('open-capture');
      return;
    default:
      remedy satisfies never;
  }
}

/** Puts an address where it can be changed: in the fields when they can hold all of it. */
function editAddress(app: App, address: string): void {
  const { quickOpen } = app.workspace;
  const parsed = parseAddress(address);
  if (
    parsed.ok &&
    Object.keys(parsed.address.options).length === 0 &&
    parsed.address.family === null
  ) {
    quickOpen.show(parsed.address);
    app.commands.run('new-socket');
    return;
  }
  quickOpen.address = address;
  app.commands.run('focus-address');
}
