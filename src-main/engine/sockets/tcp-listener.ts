import type { ListenOptions, Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { namingOwner } from '../network/port-owner';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { TlsSummary } from '../../../src-shared/contract/tls';
import type { Recording, SocketHost } from './base-socket';
import { endpointText, plainHost } from './endpoint';
import { refuseReusePort } from './reuse-port';
import { familyOf, resolve } from './resolve';
import { toSocketError } from './socket-error';
import { StreamConnection } from './stream-connection';
import { StreamListener } from './stream-listener';
import { NOTHING_AGREED } from './tls-facts';
import { prepareTls } from './tls-setup';
import type { TlsSetup } from './tls-setup';

/** A listener that expects TLS; what a connection has agreed on is its own. */
const LISTENING: TlsSummary = { state: 'secure', ...NOTHING_AGREED };

/** A listening TCP socket, with or without TLS. */
export class TcpListener extends StreamListener {
  #tlsSetup: TlsSetup | null = null;

  constructor(host: SocketHost, recording: Recording, id: number, address: Address) {
    super(host, 'tcp-listener', recording, id, address);
    this.start();
  }

  override listenOn(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): null | Promise<SocketError | null> {
    if (this.asked.kind === 'tls-listen') return this.#prepareAndListen(server, backlog, wanted);
    return this.#listenHere(server, backlog, wanted);
  }

  /** The files are read again each time it listens: certificates are renewed. */
  async #prepareAndListen(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): Promise<SocketError | null> {
    const { host, options } = this.asked;
    const prepared = await prepareTls('server', host, options, this.host.secrets);
    if (!prepared.ok) return prepared.error;
    if (!wanted()) return null;
    this.#tlsSetup = prepared.setup;
    this.tls = LISTENING;
    try {
      return await this.#listenHere(server, backlog, wanted);
    } catch (thrown) {
      return toSocketError(thrown);
    }
  }

  #listenHere(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): null | Promise<SocketError | null> {
    const { host, family, options } = this.asked;
    refuseReusePort(options);
    if (host !== null && familyOf(host) === null)
      return this.#listenOnName(server, backlog, host, wanted);
    // Without a host Node listens on `::` for both families, or on 0.0.0.0 where there is no IPv6.
    this.#listen(server, backlog, host ?? (family === 4 ? '0.0.0.0' : family === 6 ? '::' : null));
    return null;
  }

  override explain(error: SocketError): Promise<SocketError> {
    return namingOwner(error, 'tcp', this.local?.port ?? this.asked.port);
  }

  protected override bound(server: Server): string {
    const bound = server.address();
    if (typeof bound !== 'object' || !bound) return '';
    this.local = { host: bound.address, port: bound.port };
    this.watchAddress();
    return endpointText(this.local);
  }

  override get opensData(): boolean {
    return true;
  }

  protected override adopt(socket: Socket): StreamConnection {
    return StreamConnection.accept(this, this.host, socket, this.asked.options, {
      tls: this.#tlsSetup,
    });
  }

  protected override remoteOf(socket: Socket): { host: string; text: string } {
    const host = plainHost(socket.remoteAddress ?? '');
    return { host, text: endpointText({ host, port: socket.remotePort ?? 0 }) };
  }

  /** Node would ask for the name itself, past the bound on look-ups. */
  async #listenOnName(
    server: Server,
    backlog: number,
    host: string,
    wanted: () => boolean,
  ): Promise<SocketError | null> {
    const resolved = await resolve(host, this.asked.family);
    if (!resolved.ok) return resolved.error;
    const [first] = resolved.addresses;
    if (wanted()) this.#listen(server, backlog, first?.address ?? host);
    return null;
  }

  #listen(server: Server, backlog: number, host: string | null): void {
    const { port, family, options } = this.asked;
    // The port that the system chose the first time is the one to come back to.
    const listen: ListenOptions = { port: this.local?.port ?? port, exclusive: true, backlog };
    if (host !== null) listen.host = host;
    if (options.reusePort === true) Object.assign(listen, { reusePort: true });
    if (options.v6only !== undefined || family === 6) listen.ipv6Only = options.v6only ?? true;
    server.listen(listen);
  }
}
