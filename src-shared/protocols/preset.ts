import type { Draft } from '../contract/profile';
import type { DecoderName } from '../decode/names';
import type { PayloadHint } from './payload-hints';

/** The protocols Wirebench knows how to begin with; also the word of `behave=` where it serves them. */
export type PresetId =
  | 'http'
  | 'nntp'
  | 'ftp'
  | 'smtp'
  | 'pop3'
  | 'imap4'
  | 'telnet'
  | 'gopher'
  | 'modbus'
  | 'mqtt'
  | 'coap'
  | 'dns'
  | 'nmea'
  | 'websocket'
  | 'echo'
  | 'discard'
  | 'chargen'
  | 'daytime'
  | 'time';

/** Something to send, for the composer. */
export interface ExamplePayload {
  /** As the protocol calls it; the same in every language. */
  name: string;
  /** The message `payload_hint_<hint>` says what it does. */
  hint: PayloadHint;
  draft: Draft;
}

/** A protocol as a ready profile. */
export interface Preset {
  id: PresetId;
  /** As its standard writes it; the same in every language. */
  name: string;
  /** `RFC 9112`. */
  standard: string;
  transports: readonly ('tcp' | 'udp')[];
  port: number;
  /** Where it is spoken inside TLS from the first byte; null: nowhere. */
  tlsPort: number | null;
  /** What asks the server to make the open connection TLS, without line ending; null: nothing does. */
  upgrade: string | null;
  /** Whether the server speaks first; else it waits for what the client sends. */
  serverFirst: boolean;
  /** What ends a line, for the composer. */
  lineEnding: Draft['lineEnding'];
  /** Of the grammar of framings. */
  framing: string;
  decoder: DecoderName | null;
  payloads: readonly ExamplePayload[];
}

/** Added to a port that needs rights to be listened on, so that anyone can play the server. */
const UNPRIVILEGED_OFFSET = 10_000;

/** Ports below need rights on Linux and macOS, at most systems' defaults. */
const FIRST_UNPRIVILEGED = 1024;

/** A port to listen on without rights: 80 becomes 10080. */
export function unprivilegedPort(port: number): number {
  return port < FIRST_UNPRIVILEGED ? port + UNPRIVILEGED_OFFSET : port;
}

/** The host as it stands in an address and in a `Host:` field: IPv6 in brackets. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The address to dial, in the grammar of addresses. */
export function presetAddress(
  { port, tlsPort, transports }: Preset,
  host: string,
  secure: boolean = false,
): string {
  if (secure && tlsPort !== null) return `tls:${bracketed(host)}:${tlsPort}`;
  return `${transports[0] ?? 'tcp'}:${bracketed(host)}:${port}`;
}

/** The address to listen on as such a server, on a port that needs no rights. */
export function presetListenAddress(
  { port, tlsPort, transports }: Preset,
  secure: boolean = false,
): string {
  if (secure && tlsPort !== null) return `tls-listen:${unprivilegedPort(tlsPort)}`;
  return `${transports[0] ?? 'tcp'}-listen:${unprivilegedPort(port)}`;
}
