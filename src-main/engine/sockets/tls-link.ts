import type { Socket } from 'node:net';
import { TLSSocket, connect } from 'node:tls';
import type { ConnectionOptions, TLSSocketOptions } from 'node:tls';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { StapledStatus, TlsDetails, TlsSummary } from '../../../src-shared/contract/tls';
import { epochMs, now } from '../clock';
import { toSocketError } from './socket-error';
import { handshakeError, knownTlsError } from './tls-errors';
import { ownChain, peerChain, peerChainDer, sessionFacts, startingDetails } from './tls-facts';
import { handshakeMessages } from './tls-messages';
import { keyLogFault } from './tls-setup';
import type { TlsSetup } from './tls-setup';
import { stapledStatus } from './tls-ocsp';
import { type Trust, trustOf } from './tls-trust';
import { TlsWire } from './tls-wire';
import type { RawChunk } from './tls-wire';

/** Not a session that a peer wants to go on with: TLS 1.3 asks for those by the same call. */
const ANY_IDENTITY = /^[\x20-\x7e]{1,128}$/;

/** What becomes of TLS on a connection. First `secured` or `failed`, once. */
export interface TlsEvents {
  secured(): void;
  /** The TCP connection ends by itself after it. `library`: the runtime's own name for it. */
  failed(error: SocketError, library: string): void;
  /** After `secured`: the connection ends by itself. */
  broken(error: SocketError, library: string): void;
  /** After `secured`: the stream ended without close_notify. */
  truncated(): void;
  /** Bytes that came when TLS was over already. */
  stray(chunk: RawChunk): void;
  /** Something failed that does not end it. */
  fault(error: SocketError): void;
}

/** TLS on one connection: the handshake, the judgement of the peer, and what is known of it. */
export class TlsLink {
  /** Where the plaintext passes. It emits nothing to read before `secured`. */
  readonly stream: TLSSocket;
  readonly #setup: TlsSetup;
  readonly #events: TlsEvents;
  readonly #wire: TlsWire;
  readonly #startedAt = epochMs(now());
  readonly #timer: NodeJS.Timeout;
  #details: TlsDetails;
  #keyLogFailed = false;
  /** With TLS 1.2 it comes before the peer is judged. */
  #given: Buffer | null = null;
  #trust: Trust | null = null;
  #stapled: Uint8Array | null = null;
  /** The key was given to TLS for the identity that the peer named, or that we name. */
  #sharedKeyGiven = false;

  constructor(socket: Socket, setup: TlsSetup, events: TlsEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#details = startingDetails(setup);
    this.#wire = new TlsWire(socket, (chunk) => {
      events.stray(chunk);
    });
    // Before TLS hears of it, so that what TLS knows by then is what the peer has told.
    this.#wire.once('end', () => {
      this.#wireEnded();
    });
    this.stream = setup.role === 'client' ? this.#connect() : this.#accept();
    this.#timer = setTimeout(() => {
      this.#failBy('ERR_TLS_HANDSHAKE_TIMEOUT');
    }, setup.handshakeMs);
    this.#listen();
  }

  /** The bytes of a handshake that failed; none are kept of one that came about. */
  get handshake(): readonly RawChunk[] {
    return this.#wire.kept;
  }

  get handshakeNotKeptBytes(): number {
    return this.#wire.notKeptBytes;
  }

  summary(): TlsSummary {
    const { state, protocol, cipher, alpn, verified, trustedBy, reason, sessionReused } =
      this.#details;
    return { state, protocol, cipher, alpn, verified, trustedBy, reason, sessionReused };
  }

  /** Of a server only those that are asked for while it lives have their own certificate. */
  details(): TlsDetails {
    const { state, role, own } = this.#details;
    if (state !== 'secure' || role === 'client' || own.length > 0 || this.stream.destroyed)
      return this.#details;
    return { ...this.#details, own: ownChain(this.stream) };
  }

  /** Nobody waits for it any more: the connection is closed. */
  over(): void {
    clearTimeout(this.#timer);
    if (this.#details.state === 'handshaking') this.#details.state = 'failed';
  }

  #connect(): TLSSocket {
    const { context, servername, alpn, psk, ocsp, session } = this.#setup;
    // Node takes it here as in `new TLSSocket`; its types know only that.
    const options: ConnectionOptions & { requestOCSP: boolean } = {
      requestOCSP: ocsp,
      socket: this.#wire,
      secureContext: context,
      // The peer is judged after the handshake, so that its chain is known when it is refused.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
    if (servername !== null) options.servername = servername;
    if (alpn.length > 0) options.ALPNProtocols = [...alpn];
    if (session?.offered) options.session = session.offered.session;
    if (psk)
      options.pskCallback = () => {
        this.#sharedKeyGiven = true;
        return { psk: psk.key, identity: psk.identity };
      };
    return connect(options);
  }

  #accept(): TLSSocket {
    const { context, alpn, psk, requestCertificate, verify } = this.#setup;
    const options: TLSSocketOptions & { pskCallback?: (...names: unknown[]) => Buffer | null } = {
      isServer: true,
      secureContext: context,
      requestCert: requestCertificate,
      rejectUnauthorized: requestCertificate && verify,
    };
    if (alpn.length > 0) options.ALPNProtocols = [...alpn];
    if (psk)
      options.pskCallback = (...names) => {
        const identity = names.find((name) => typeof name === 'string') ?? '';
        this.#details.pskIdentity = identity.slice(0, 256);
        this.#sharedKeyGiven =
          psk.identity === '' ? ANY_IDENTITY.test(identity) : psk.identity === identity;
        return this.#sharedKeyGiven ? psk.key : null;
      };
    return new TLSSocket(this.#wire, options);
  }

  #listen(): void {
    const { stream } = this;
    const onError = (error: Error) => {
      const { code } = toSocketError(error);
      if (this.#details.state === 'secure') this.#broken(code);
      else this.#failBy(code);
    };
    stream.on('error', onError);
    // On a TLSSocket that no `tls.Server` made, a server's errors are told by this name only.
    if (this.#setup.role === 'server') stream.on('_tlsError', onError);
    stream.once(this.#setup.role === 'client' ? 'secureConnect' : 'secure', () => {
      this.#shaken();
    });
    if (this.#setup.ocsp)
      stream.on('OCSPResponse', (bytes: Buffer | null) => {
        this.#stapled = bytes;
        // Whose it is has been told by then, or is when the handshake is over.
        this.#details.stapled = bytes === null ? null : this.#judgeStapled(bytes);
      });
    if (this.#setup.session)
      stream.on('session', (given) => {
        this.#given = given;
        this.#keepSession();
      });
    stream.once('close', () => {
      this.#failBy('ECONNRESET');
    });
    if (this.#setup.keyLog)
      stream.on('keylog', (line) => {
        this.#logKey(line);
      });
  }

  #shaken(): void {
    if (this.#details.state !== 'handshaking') return;
    clearTimeout(this.#timer);
    const { stream } = this;
    const setup = this.#setup;
    const session = sessionFacts(stream);
    // Who goes on with a session shows no certificate: it is whom it was when that began.
    const resumed = session.sessionReused ? (setup.session?.offered ?? null) : null;
    const peer = resumed?.peer ?? peerChain(stream);
    const { protocol, cipher } = session;
    // With TLS 1.2 the cipher tells; 1.3 has none for it, and without a certificate no other way.
    const keyed = protocol === 'TLSv1.3' || (cipher ?? '').includes('PSK');
    const bySharedKey = this.#sharedKeyGiven && keyed;
    const trust = resumed?.trust ?? trustOf(stream, setup, peer, bySharedKey);
    const { verified, trustedBy, error } = trust;
    const sni: unknown = setup.role === 'server' ? stream.servername : setup.servername;
    this.#details = {
      ...this.#details,
      ...session,
      state: 'secure',
      servername: typeof sni === 'string' && sni !== '' ? sni.slice(0, 255) : null,
      ...{ verified, trustedBy },
      reason: error?.code ?? null,
      handshakeMs: epochMs(now()) - this.#startedAt,
      peer,
      own: setup.role === 'client' ? ownChain(stream) : [],
    };
    if (this.#stapled) this.#details.stapled = this.#judgeStapled(this.#stapled);
    if (error && setup.verify) {
      this.#fail(error, '');
      return;
    }
    this.#trust = trust;
    this.#keepSession();
    this.#tellHandshake();
    this.#wire.forget();
    this.#events.secured();
  }

  /** Not of a peer that is not trusted: it would be believed the next time. */
  #keepSession(): void {
    if (!this.#given || !this.#trust) return;
    this.#setup.session?.keep({
      session: this.#given,
      peer: this.#details.peer,
      trust: this.#trust,
    });
    this.#given = null;
  }

  #tellHandshake(): void {
    this.#details.handshake = handshakeMessages(this.#wire.kept, this.#startedAt);
  }

  #judgeStapled(bytes: Uint8Array): StapledStatus {
    return stapledStatus(bytes, peerChainDer(this.stream), epochMs(now()));
  }

  #failBy(libraryCode: string): void {
    if (this.#details.state !== 'handshaking') return;
    const error = handshakeError(libraryCode, this.#wire.firstReceived);
    this.#details.reason = error.code;
    this.#fail(error, libraryCode);
  }

  #fail(error: SocketError, library: string): void {
    clearTimeout(this.#timer);
    this.#details.state = 'failed';
    this.#tellHandshake();
    this.#events.failed(error, library);
    this.stream.destroy();
    this.#wire.destroy();
  }

  #broken(code: string): void {
    // What the TCP socket itself met is told by it.
    if (!code.startsWith('ERR_SSL_') && !code.startsWith('ERR_TLS_')) return;
    this.#events.broken(handshakeError(code, new Uint8Array(0)), code);
    this.stream.destroy();
    this.#wire.destroy();
  }

  #wireEnded(): void {
    if (this.#details.state === 'handshaking') {
      this.#failBy('ECONNRESET');
      return;
    }
    if (this.#details.state === 'secure' && !hasEnded(this.stream)) this.#events.truncated();
  }

  #logKey(line: Uint8Array): void {
    const { keyLog } = this.#setup;
    if (!keyLog || this.#keyLogFailed) return;
    try {
      keyLog.append(line);
    } catch (thrown) {
      this.#keyLogFailed = true;
      this.#events.fault(keyLogFault(keyLog.path, toSocketError(thrown)));
    }
  }
}

/** The error of a stream that ended without close_notify. */
export function truncatedError(): SocketError {
  return knownTlsError('ERR_TLS_TRUNCATED');
}

/**
 * Whether a stream knows of its end, although it may not have told it yet because reading is
 * paused. No public property says it.
 */
function hasEnded(stream: TLSSocket): boolean {
  const state: unknown = Reflect.get(stream, '_readableState');
  return typeof state === 'object' && state !== null && Reflect.get(state, 'ended') === true;
}
