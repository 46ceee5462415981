import type { Socket } from 'node:net';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { TlsDetails, TlsSummary } from '../../../src-shared/contract/tls';
import { now } from '../clock';
import { addressOf } from '../addresses';
import { ControlledStream } from './controlled-stream';
import { NOTHING_AGREED } from './tls-facts';
import { TlsLink, truncatedError } from './tls-link';
import { prepareTls } from './tls-setup';
import type { TlsSetup } from './tls-setup';
import type { RawChunk } from './tls-wire';

/** Which side of TLS a connection is, and what an upgrade starts from. */
export interface TlsSide {
  role: TlsSetup['role'];
  /** What a client has dialled. */
  host: string | null;
  /** Of the address, or of the listener that accepted it. */
  options: AddressOptions;
}

/** A stream that TLS can be put on: from its beginning, or in place of a plain one (STARTTLS). */
export abstract class SecurableStream extends ControlledStream {
  #link: TlsLink | null = null;

  /** From now on bytes pass through `stream`: it is open. */
  protected abstract carry(stream: Socket): void;

  /**
   * Plain bytes pass no more: resolves when all that waited is with the kernel. Null: it ended
   * meanwhile.
   */
  protected abstract stopCarrying(): Promise<Socket | null>;

  /** What came or went outside of any payload. */
  protected abstract recordRaw(chunk: RawChunk): void;

  /** TLS is over because of that; the connection ends by itself. */
  protected abstract tlsEnded(error: SocketError): void;

  protected abstract get tlsSide(): TlsSide;

  /** Between the TCP handshake, or the last plain byte, and the end of the TLS handshake. */
  protected get isSecuring(): boolean {
    return this.tls?.state === 'handshaking';
  }

  override tlsDetails(): TlsDetails {
    if (!this.#link) throw this.impossible('cannot-tell-tls');
    return this.#link.details();
  }

  override startTls(text: string): void {
    if (this.phase !== 'open' || this.tls || this.ended || this.peerEnded)
      throw this.impossible(this.tls ? 'cannot-start-tls-twice' : 'cannot-start-tls');
    const { role, host, options } = this.tlsSide;
    const asked = { ...options, ...tlsOptions(role, text) };
    this.tls = HANDSHAKING;
    this.controlVia(null);
    this.note({ event: 'securing' }, now());
    this.host.changed(this);
    void this.#upgrade(role, host, asked);
  }

  async #upgrade(
    role: TlsSetup['role'],
    host: string | null,
    options: AddressOptions,
  ): Promise<void> {
    const stopped = this.stopCarrying();
    const prepared = await prepareTls(role, host, options, this.host.secrets);
    const socket = await stopped;
    if (!socket) return;
    if (prepared.ok) {
      this.secure(socket, prepared.setup);
      return;
    }
    // Nothing has been sent of TLS: the connection goes on as it was.
    this.tls = null;
    this.fault(prepared.error);
    this.controlVia(socket);
    this.carry(socket);
  }

  /** Begins the handshake. `carry` or `tlsEnded` follows. */
  protected secure(socket: Socket, setup: TlsSetup): void {
    this.controlVia(null);
    const call = setup.role === 'client' ? 'SSL_connect' : 'SSL_accept';
    const answered = this.trace.begin(call, 'ssl over fd');
    const link = new TlsLink(socket, setup, {
      secured: () => {
        answered('1');
        this.#secured(link);
      },
      failed: (error, library) => {
        answered(error);
        this.tls = link.summary();
        this.#recordHandshake(link, library);
        this.tlsEnded(error);
      },
      broken: (error, library) => {
        this.note({ event: 'comment', text: libraryText(library) }, now());
        this.tlsEnded(error);
      },
      truncated: () => {
        this.fault(truncatedError());
      },
      stray: (chunk) => {
        this.recordRaw(chunk);
      },
      fault: (error) => {
        this.fault(error);
      },
    });
    this.#link = link;
    this.tls = link.summary();
    if (this.phase === 'opening') this.setStep('securing');
    else this.host.changed(this);
  }

  /** It is closed: no handshake is waited for any more. */
  protected tlsOver(): void {
    const link = this.#link;
    if (!link) return;
    if (this.isSecuring) this.#recordHandshake(link, '');
    link.over();
    this.tls = link.summary();
  }

  #secured(link: TlsLink): void {
    if (this.isOver) return;
    this.tls = link.summary();
    const { protocol, cipher, alpn, sessionReused } = this.tls;
    const reused = sessionReused ? 'session resumed' : null;
    const trust = trustText(this.tls);
    const facts = [protocol, cipher, alpn === null ? null : `ALPN ${alpn}`, reused, trust];
    const text = `${facts.filter((fact) => fact !== null).join(', ')}; recorded as plaintext`;
    this.note({ event: 'secured', text }, now());
    this.controlVia(link.stream);
    this.carry(link.stream);
    this.host.changed(this);
  }

  /** Of a handshake that failed every byte is kept, as it was on the wire. */
  #recordHandshake(link: TlsLink, library: string): void {
    const cut = link.handshakeNotKeptBytes;
    const parts = ['bytes of the TLS handshake follow as they were on the wire'];
    if (cut > 0) parts.push(`of it ${cut} bytes were not kept`);
    if (library !== '') parts.push(libraryText(library));
    this.note({ event: 'comment', text: parts.join('; ') }, now());
    for (const chunk of link.handshake) this.recordRaw(chunk);
  }
}

const HANDSHAKING: TlsSummary = { state: 'handshaking', ...NOTHING_AGREED };

/** What is known of the peer, for the record and the command line. */
function trustText({ trustedBy, reason }: TlsSummary): string {
  switch (trustedBy) {
    case 'chain':
      return 'peer verified';
    case 'fingerprint':
      return 'peer trusted by its fingerprint, nobody else vouches for it';
    case 'shared-key':
      return 'peer has the pre-shared key';
    case null:
      return reason === null ? 'peer not asked who it is' : `peer not verified: ${reason}`;
    default:
      return trustedBy satisfies never;
  }
}

function libraryText(code: string): string {
  return `the TLS library calls it ${code}`;
}

/** Options as they stand after the commas of an address. Throws a `CommandError`. */
function tlsOptions(role: TlsSetup['role'], text: string): AddressOptions {
  const place = role === 'client' ? 'tls:localhost:1' : 'tls-listen:1';
  const address = text.trim() === '' ? place : `${place},${text}`;
  return addressOf(address).options;
}
