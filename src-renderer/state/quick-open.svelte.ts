import { type Address, formatAddress, parseAddress } from '../../src-shared/address/address';
import type { AddressError } from '../../src-shared/address/problem';

export type QuickKind = 'tcp-listen' | 'tcp' | 'udp-listen' | 'udp';

/** The two ways to open a socket by hand: kind, host and port, or any address of the grammar. */
export class QuickOpen {
  kind = $state.raw<QuickKind>('tcp-listen');
  host = $state('');
  port = $state('9000');
  /** The address bar. */
  address = $state('');
  /** What is wrong with what was tried last; cleared by typing. */
  error = $state.raw<AddressError | null>(null);

  /** Host and port of this kind make a whole address. */
  get needsHost(): boolean {
    return this.kind === 'tcp' || this.kind === 'udp';
  }

  /** What kind, host and port spell. */
  get composed(): string {
    const host = this.host.trim();
    const place = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return place === '' && !this.needsHost
      ? `${this.kind}:${this.port.trim()}`
      : `${this.kind}:${place}:${this.port.trim()}`;
  }

  /** The canonical address, or null with `error` set. */
  check(text: string): string | null {
    const parsed = parseAddress(text);
    this.error = parsed.ok ? null : parsed.error;
    return parsed.ok ? formatAddress(parsed.address) : null;
  }

  /** Shows an address in the fields, as far as they can hold it. */
  show({ kind, host, port }: Pick<Address, 'host' | 'port'> & { kind: QuickKind }): void {
    this.kind = kind;
    this.host = host ?? '';
    this.port = String(port);
    this.error = null;
  }
}
