import type { ListenOptions, Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { Recording, SocketHost } from './base-socket';
import { DataConnections } from './data-connections';
import { endpointText, plainHost } from './endpoint';
import { StreamConnection } from './stream-connection';
import { StreamListener } from './stream-listener';

/** A listening TCP socket. */
export class TcpListener extends StreamListener {
  constructor(host: SocketHost, recording: Recording, id: number, address: Address) {
    super(host, 'tcp-listener', recording, id, address);
    this.start();
  }

  protected override listenOn(server: Server, backlog: number): null {
    const { host, port, family, options } = this.asked;
    // The port that the system chose the first time is the one to come back to.
    const listen: ListenOptions = { port: this.local?.port ?? port, exclusive: true, backlog };
    // Without a host Node listens on `::` for both families, or on 0.0.0.0 where there is no IPv6.
    const bind = host ?? (family === 4 ? '0.0.0.0' : family === 6 ? '::' : null);
    if (bind !== null) listen.host = bind;
    if (options.v6only !== undefined || family === 6) listen.ipv6Only = options.v6only ?? true;
    server.listen(listen);
    return null;
  }

  protected override bound(server: Server): string {
    const bound = server.address();
    if (typeof bound !== 'object' || !bound) return '';
    this.local = { host: bound.address, port: bound.port };
    return endpointText(this.local);
  }

  protected override dataConnections(): DataConnections {
    return new DataConnections(this.host.descriptors, (socket, by) =>
      StreamConnection.accept(this, this.host, socket, this.asked.options, null, by),
    );
  }

  protected override adopt(socket: Socket): StreamConnection {
    return StreamConnection.accept(this, this.host, socket, this.asked.options);
  }

  protected override remoteOf(socket: Socket): { host: string; text: string } {
    const host = plainHost(socket.remoteAddress ?? '');
    return { host, text: endpointText({ host, port: socket.remotePort ?? 0 }) };
  }
}
