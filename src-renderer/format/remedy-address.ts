import { formatAddress, parseAddress, type Address } from '../../src-shared/address/address';
import { type AddressKind, isLocal, listens } from '../../src-shared/address/kinds';
import { OPTION_TABLE, optionValues, writeOption } from '../../src-shared/address/options';
import type { Remedy } from './error-words';

/** How long the system's own connect attempt is waited for when nothing was asked, ms. */
const USUAL_CONNECT_MS = 10_000;

/** What a remedy would open instead, and the figure its button names. */
export interface RemedyAddress {
  address: string;
  /** The port, or the seconds to wait; null where the button names neither. */
  figure: number | null;
}

/** Null: the remedy changes no address, or there is nothing to change in this one. */
export function remedyAddress(remedy: Remedy, address: string): RemedyAddress | null {
  const parsed = parseAddress(address);
  if (!parsed.ok) return null;
  const from = parsed.address;
  switch (remedy) {
    case 'next-port':
      return withPort(from, from.port < 1024 ? from.port + 1024 : from.port + 1);
    case 'any-port':
      return withPort(from, 0);
    case 'any-address':
      if (from.host === null) return null;
      return { address: formatAddress({ ...from, host: null }), figure: null };
    case 'longer':
      return longer(from);
    case 'as-tcp':
      return from.kind === 'tls' ? { address: withKind(from, 'tcp'), figure: null } : null;
    case 'unlink': {
      if (from.kind !== 'unix-listen') return null;
      const options = { ...from.options, unlink: true };
      return { address: formatAddress({ ...from, options }), figure: null };
    }
    case 'retry':
    case 'options':
    case 'options-tls':
    case 'secrets':
    case 'certificates':
    case 'edit':
    case 'captures':
    case 'folder':
    case 'open-other':
      return null;
    default:
      return remedy satisfies never;
  }
}

function withPort(from: Address, port: number): RemedyAddress | null {
  if (!listens(from.kind) || isLocal(from.kind) || port > 65_535) return null;
  return { address: formatAddress({ ...from, port }), figure: port };
}

function longer(from: Address): RemedyAddress | null {
  if (from.kind !== 'tcp' && from.kind !== 'tls') return null;
  const connectTimeoutMs = 3 * (from.options.connectTimeoutMs ?? USUAL_CONNECT_MS);
  const address = formatAddress({ ...from, options: { ...from.options, connectTimeoutMs } });
  return { address, figure: connectTimeoutMs / 1000 };
}

/** The same place as another kind, with the options that one has. */
function withKind(from: Address, kind: AddressKind): string {
  const place = formatAddress({ ...from, kind, options: {} });
  const fitting = optionValues(from.options).filter(
    ({ name }) => OPTION_TABLE.find((info) => info.name === name)?.kinds.includes(kind) === true,
  );
  return [place, ...fitting.map(({ name, value }) => writeOption(name, value))].join(',');
}
