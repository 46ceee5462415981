import type { Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { Recording, SocketHost } from './base-socket';
import { SocketFile } from './local-listen';
import { localPath, paddedName } from './local-path';
import { StreamConnection } from './stream-connection';
import { placeOf } from './stream-ends';
import { StreamListener } from './stream-listener';

/** A listening Unix socket or named pipe. Its clients have no addresses: they are numbered. */
export class LocalListener extends StreamListener {
  #file: SocketFile | null = null;
  #clients = 0;

  constructor(host: SocketHost, recording: Recording, id: number, address: Address) {
    super(host, 'local-listener', recording, id, address);
    this.path = address.path;
    this.start();
  }

  override async listenOn(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): Promise<SocketError | null> {
    const found = localPath(this.asked, 'bind');
    if (!found.ok) return found.error;
    this.#file = new SocketFile(found.path);
    return await this.#file.listen(server, { ...this.asked.options, backlog }, wanted);
  }

  override async explain(error: SocketError): Promise<SocketError> {
    return (await this.#file?.explain(error)) ?? error;
  }

  override closeServer(server: Server, closed: () => void): void {
    if (this.#file) this.#file.close(server, closed);
    else server.close(closed);
  }

  protected override bound(): string {
    const name = this.path ?? '';
    const padded = name.startsWith('@') ? paddedName(name, 'bind') : null;
    if (padded) this.fault(padded);
    return name;
  }

  protected override adopt(socket: Socket): StreamConnection {
    const { options } = this.asked;
    return StreamConnection.accept(this, this.host, socket, options, {
      place: this.#place(),
    });
  }

  protected override remoteOf(): { host: null; text: string } {
    this.#clients += 1;
    return { host: null, text: `#${this.#clients}` };
  }

  #place() {
    return placeOf(this.asked, this.#clients);
  }
}
