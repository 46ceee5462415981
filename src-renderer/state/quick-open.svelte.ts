import { type Address, formatAddress, parseAddress } from '../../src-shared/address/address';
import { type AddressKind, isLocal, listens } from '../../src-shared/address/kinds';
import type { AddressError } from '../../src-shared/address/problem';
import { writeOption } from '../../src-shared/address/options';
import { writeValue } from '../../src-shared/address/quoting';

/** What quick open offers: a kind of address, or a listener that relays to a second address. */
export type QuickKind = AddressKind | 'relay';

/** The two ways to open a socket by hand: kind and place, or any address of the grammar. */
export class QuickOpen {
  kind = $state.raw<QuickKind>('tcp-listen');
  /** Of a multicast socket the group. */
  host = $state('');
  port = $state('9000');
  /** Of a local socket: its file, or the name of its pipe. */
  path = $state('');
  /** Of a relay: where it listens, and where to. */
  listen = $state('tcp-listen:9000');
  target = $state('');
  /** The address bar. */
  address = $state('');
  /** What is wrong with what was tried last; cleared by typing. */
  error = $state.raw<AddressError | null>(null);

  /** Host and port of this kind make a whole address. */
  get needsHost(): boolean {
    return this.kind !== 'relay' && !isLocal(this.kind) && !listens(this.kind);
  }

  get needsPath(): boolean {
    return this.kind !== 'relay' && isLocal(this.kind);
  }

  /** What kind, host and port spell. */
  get composed(): string {
    if (this.kind === 'relay') return this.#relay;
    if (this.needsPath) return `${this.kind}:${writeValue(this.path.trim())}`;
    const host = this.host.trim();
    const place = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return place === '' && !this.needsHost
      ? `${this.kind}:${this.port.trim()}`
      : `${this.kind}:${place}:${this.port.trim()}`;
  }

  /** The first address with the second as its target. */
  get #relay(): string {
    const target = this.target.trim();
    const option = target === '' ? 'behave=relay' : writeOption('relay-to', target);
    return `${this.listen.trim()},${option}`;
  }

  choose(kind: QuickKind): void {
    const before = this.needsHost;
    const group = this.kind === 'udp-mcast';
    this.kind = kind;
    this.error = null;
    // An address to listen on is no host to dial, nor is a group: what is there would be wrong.
    if (this.needsHost !== before || group !== (kind === 'udp-mcast')) this.host = '';
  }

  /** The canonical address, or null with `error` set. */
  check(text: string): string | null {
    const parsed = parseAddress(text);
    this.error = parsed.ok ? null : parsed.error;
    return parsed.ok ? formatAddress(parsed.address) : null;
  }

  /** Shows an address in the fields, as far as they can hold it. */
  show({ kind, host, port, path }: Pick<Address, 'kind' | 'host' | 'port' | 'path'>): void {
    this.kind = kind;
    this.host = host ?? '';
    if (path === null) this.port = String(port);
    else this.path = path;
    this.error = null;
  }
}
