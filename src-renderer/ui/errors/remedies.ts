import { parseAddress } from '../../../src-shared/address/address';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import type { App } from '../../commands/app';
import { offerOptions, openInstead } from '../../commands/socket-actions';
import type { Remedy } from '../../format/error-words';

/** What a button means where the error stands. */
export interface RemedyPlace {
  /** Tries it again at that address. */
  again: (address: string) => void;
  /** Lets the address be changed. */
  edit: () => void;
  /** Shows its options, the group of them that is named first. */
  options: (group: 'tls' | null) => void;
}

/** Carries out what an error's button offers. */
export function carryOut(
  app: App,
  remedy: Remedy,
  address: string | null,
  place: RemedyPlace,
): void {
  switch (remedy) {
    case 'retry':
    case 'next-port':
    case 'any-port':
    case 'any-address':
    case 'longer':
    case 'as-tcp':
    case 'unlink':
      if (address !== null) place.again(address);
      return;
    case 'edit':
      place.edit();
      return;
    case 'options':
      place.options(null);
      return;
    case 'options-tls':
      place.options('tls');
      return;
    case 'secrets':
    case 'certificates':
    case 'captures':
      app.commands.run(remedy);
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

/** Of a socket that could not go on. */
export function atSocket(app: App, of: SocketInfo): RemedyPlace {
  return {
    again: (address) => void openInstead(app, of, address),
    edit: () => editAddress(app, of.address),
    options: (group) => offerOptions(app, of, group),
  };
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
