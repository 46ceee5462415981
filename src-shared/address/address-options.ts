import type { BehaviourName } from '../contract/behaviour';

export type IdleAction = 'warn' | 'half-close' | 'close' | 'reset';
/** Whose silence counts: that of the peer, ours, or that of both at once. */
export type IdleDirection = 'rx' | 'tx' | 'either';
export type OnAccept = 'silent' | 'greet' | 'close' | 'reset';
export type TlsVersion = '1.0' | '1.1' | '1.2' | '1.3';

/** What the options of an address ask for; a field that is not there was not asked for. */
export interface AddressOptions
  extends StreamOptions, ListenerOptions, UdpOptions, TlsOptions, LocalOptions, RecordingOptions {
  /** The local IP address to dial or send from; listeners have theirs as the host. */
  bind?: string;
  /** The local port to dial or send from. */
  sourcePort?: number;
  v6only?: boolean;
  reuseAddress?: boolean;
  reusePort?: boolean;
  /** 0: no longer, as `idle-timeout=off` says it of an open socket. */
  idleTimeoutMs?: number;
  /** Not given: warn. */
  idleAction?: IdleAction;
  /** Not given: either. */
  idleDirection?: IdleDirection;
  /** The most that is sent in a second; 0: as much as is taken. */
  sendRateBytes?: number;
  behave?: BehaviourName;
  /** Text with the escapes of the payload language, not resolved yet. */
  reply?: string;
  /** An address, in canonical form: where `behave=relay` passes everything on to. */
  relayTo?: string;
  /** Of datagrams: how long a peer's socket to the target is kept while nothing passes. */
  relayIdleMs?: number;
}

interface RecordingOptions {
  /** The recording goes on in a new file when one is so big. */
  splitSizeBytes?: number;
  splitTimeMs?: number;
  /** Files whose last row is older are deleted. */
  ringMs?: number;
  /** Files that are kept, the one being written among them. */
  ringParts?: number;
}

interface StreamOptions {
  connectTimeoutMs?: number;
  nodelay?: boolean;
  /** Idle time before the first probe, or off. */
  keepaliveMs?: number | false;
  /** Stay open for sending after the peer's FIN. */
  halfOpen?: boolean;
  /** Begin with reading paused. */
  paused?: boolean;
  /** Before the first new attempt; each further one waits twice as long. */
  reconnectMs?: number;
  /** The longest wait between attempts. */
  reconnectMaxMs?: number;
  /** Attempts in a row that may fail. */
  reconnectLimit?: number;
}

interface ListenerOptions {
  backlog?: number;
  maxClients?: number;
  /** IP addresses and CIDR ranges whose connections are refused. */
  block?: string[];
  onAccept?: OnAccept;
  /** Text with the escapes of the payload language, not resolved yet. */
  greeting?: string;
}

interface UdpOptions {
  receiveBufferBytes?: number;
  sendBufferBytes?: number;
  broadcast?: boolean;
  ttl?: number;
  multicastTtl?: number;
  multicastLoopback?: boolean;
  /** The name of an interface or one of its addresses. */
  multicastInterface?: string;
  /** `GROUP` or `GROUP%INTERFACE`. */
  join?: string[];
  /** Of a source-specific join (RFC 4607). */
  sources?: string[];
  /** `IP` or `IP:PORT`, IPv6 with a port in brackets. */
  onlyFrom?: string[];
}

interface TlsOptions {
  /** Not given: on. */
  verify?: boolean;
  /** SHA-256 of the certificates to trust, 64 lower-case hex digits each. */
  fingerprints?: string[];
  servername?: string;
  alpn?: string[];
  /** Paths of files. */
  ca?: string;
  cert?: string;
  key?: string;
  pfx?: string;
  /** References to secrets: `secret:NAME`, `env:NAME` or `file:PATH`. */
  passphrase?: string;
  psk?: string;
  pskIdentity?: string;
  ciphers?: string;
  /** Key exchanges to offer or take, in OpenSSL's words: `X25519:P-256`. */
  curves?: string;
  /** Signature algorithms to offer or take, in OpenSSL's words: `ECDSA+SHA256:RSA-PSS+SHA256`. */
  sigalgs?: string;
  /** The path of lists of revoked certificates. */
  crl?: string;
  /** Ask the server for what an authority says of its certificate (RFC 6066 §8). */
  ocsp?: boolean;
  /** Offer the session before again, or as a listener give sessions to go on with. Not given: off, and on. */
  resume?: boolean;
  minVersion?: TlsVersion;
  maxVersion?: TlsVersion;
  requestCertificate?: boolean;
  /** The path of a file that the session's keys are appended to. */
  keyLog?: string;
}

interface LocalOptions {
  /** Permission bits of the socket's file. */
  mode?: number;
  /** Remove a socket file that nobody answers on, first. */
  unlink?: boolean;
}

/** The names of the fields whose values have that type. */
export type FieldOf<Value> = {
  [Key in keyof AddressOptions]-?: NonNullable<AddressOptions[Key]> extends Value ? Key : never;
}[keyof AddressOptions];
