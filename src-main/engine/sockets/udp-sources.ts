import { parseIp } from '../capture/format/ip-address';
import { plainHost } from './endpoint';

interface Allowed {
  /** The bytes of the address in hex, so that spellings do not matter. */
  address: string;
  scope: string | null;
  port: number | null;
}

/** The sources that `only-from` names: `IP`, `IP:PORT` or `[IPV6]:PORT`. */
export class SourceFilter {
  readonly #allowed: readonly Allowed[];

  constructor(items: readonly string[]) {
    this.#allowed = items.map((item) => {
      const [, bracketed, withPort, port] = /^(?:\[(.*)\]|([\d.]+)):(\d+)$/.exec(item) ?? [];
      const host = bracketed ?? withPort ?? item;
      return { ...key(host), port: port === undefined ? null : Number(port) };
    });
  }

  /** Called once for a peer, not for each of its datagrams. */
  allows(wireHost: string, port: number): boolean {
    const from = key(wireHost);
    return this.#allowed.some(
      (one) =>
        one.address === from.address &&
        (one.scope === null || one.scope === from.scope) &&
        (one.port === null || one.port === port),
    );
  }
}

function key(host: string): { address: string; scope: string | null } {
  const plain = plainHost(host);
  const bytes = parseIp(plain);
  const address = bytes ? Buffer.from(bytes).toString('hex') : plain;
  return { address, scope: plain.split('%')[1] ?? null };
}
