import { parseAddress } from '../../../src-shared/address/address';
import type { SocketInfo, SocketKind } from '../../../src-shared/contract/socket';
import { placeName } from '../capture/format/stand-in';
import type { FoundFlow } from '../capture/reading/found-flow';
import { BaseSocket } from './base-socket';
import type { SocketHost } from './base-socket';
import { endpointText } from './endpoint';

/** A connection or peer found in an opened capture: over since long, so closed from the start. */
export class CapturedFlow extends BaseSocket {
  readonly #flow: FoundFlow;

  constructor(host: SocketHost, file: BaseSocket, flow: FoundFlow) {
    const { place } = flow;
    const name = place ? placeName(place) : endpointText(flow.remote);
    super(host, kindOf(flow), name, file.recording, file, flow.socket);
    this.#flow = flow;
    this.phase = 'closed';
    if (place) {
      const parsed = parseAddress(place.address);
      this.path = parsed.ok ? parsed.address.path : null;
    } else {
      this.local = flow.local;
      this.remote = flow.remote;
    }
    host.add(this);
  }

  /** Takes over what was read of it so far. */
  refresh(): void {
    const { receivedChunks, receivedBytes, sentChunks, sentBytes } = this.#flow;
    const { ledger } = this;
    const { pair } = this.#flow;
    if (pair && pair !== this.pair) {
      this.pair = pair;
      this.host.touch(this);
    }
    if (ledger.receivedChunks === receivedChunks && ledger.sentChunks === sentChunks) return;
    Object.assign(ledger, { receivedChunks, receivedBytes, sentChunks, sentBytes });
    ledger.recordedChunks = receivedChunks + sentChunks;
    ledger.recordedBytes = receivedBytes + sentBytes;
    this.host.touch(this);
  }

  override info(): SocketInfo {
    const { reassembly, unexpected } = this.#flow;
    const unexpectedSources = unexpected ? 1 : 0;
    return {
      ...super.info(),
      unexpectedSources,
      ...(reassembly ? { reassembly: { ...reassembly } } : {}),
    };
  }

  override close(): void {
    // It is.
  }

  override destroy(): void {
    // It is closed.
  }
}

function kindOf({ place, protocol }: FoundFlow): SocketKind {
  if (place) return 'local-connection';
  return protocol === 'tcp' ? 'tcp-connection' : 'udp-peer';
}
