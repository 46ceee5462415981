import type { Address } from '../../src-shared/address/address';
import { formatAddress } from '../../src-shared/address/address';

/** What failed: it decides what a code such as EACCES means. */
export interface ErrorAbout {
  doing: 'listen' | 'connect' | 'send' | 'file';
  /** The address as the user knows it, or the file's path. */
  subject: string;
  host?: string;
  port?: number;
  datagrams?: boolean;
  /** Of a local socket. */
  path?: string;
}

export interface ErrorText {
  sentence: string;
  /** Causes and next steps, each a line. */
  next: readonly string[];
  /** `ECONNREFUSED connect 192.168.1.50:502 (errno -111)`. */
  raw: string;
}

/** What an error is told with, but for what the system said. */
export type Words = Omit<ErrorText, 'raw'>;

/** What is known of an address that something failed on. */
export function aboutAddress(address: Address, doing: ErrorAbout['doing']): ErrorAbout {
  const { kind, host, port, path } = address;
  const datagrams = kind.startsWith('udp');
  if (path !== null) return { doing, subject: path, path };
  if (host === null) return { doing, subject: formatAddress(address), port, datagrams };
  const subject = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { doing, subject, port, host, datagrams };
}
