import { isIP, isIPv6 } from 'node:net';
import type { Endpoint } from '../../../src-shared/contract/socket';
import type { Entry } from './file-store';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line of LIST, as Unix servers say it and clients read it. */
export function listLine(name: string, entry: Entry): string {
  const at = new Date(entry.modifiedAt);
  const [year, month, day, time] = [
    at.getUTCFullYear(),
    MONTHS[at.getUTCMonth()] ?? '',
    String(at.getUTCDate()).padStart(2),
    at.toISOString().slice(11, 16),
  ];
  const isRecent = Date.now() - entry.modifiedAt < 180 * 24 * 60 * 60 * 1000;
  const when = `${month} ${day} ${isRecent ? time : ` ${year}`}`;
  const mode = entry.kind === 'folder' ? 'drwxr-xr-x' : '-rw-r--r--';
  return `${mode} 1 wirebench wirebench ${String(sizeOf(entry)).padStart(10)} ${when} ${name}\r\n`;
}

/** A line of MLSD and MLST (RFC 3659 §7). */
export function factsLine(name: string, entry: Entry): string {
  const type = entry.kind === 'folder' ? 'dir' : 'file';
  const size = entry.kind === 'folder' ? '' : `size=${sizeOf(entry)};`;
  return `type=${type};${size}modify=${timeVal(entry.modifiedAt)}; ${name}\r\n`;
}

/** RFC 3659 §2.3. */
export function timeVal(at: number): string {
  return new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
}

function sizeOf(entry: Entry): number {
  return entry.kind === 'file' ? entry.bytes.byteLength : 0;
}

/** `h1,h2,h3,h4,p1,p2` of PORT (RFC 959 §5.3.2); null: it is none. */
export function parsePort(text: string): Endpoint | null {
  const numbers = /^\d{1,3}(?:,\d{1,3}){5}$/.test(text) ? text.split(',').map(Number) : [];
  if (numbers.length !== 6 || numbers.some((number) => number > 255)) return null;
  const [high = 0, low = 0] = numbers.slice(4);
  return { host: numbers.slice(0, 4).join('.'), port: high * 256 + low };
}

/** `|1|132.235.1.2|6275|` of EPRT (RFC 2428 §2); null: it is none. */
export function parseExtendedPort(text: string): Endpoint | null {
  const mark = text.charAt(0);
  const [before, family, host = '', port = '', after, ...more] = text.split(mark);
  if (mark === '' || before !== '' || after !== '' || more.length > 0) return null;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return null;
  const isFamily = family === '1' ? isIP(host) === 4 : family === '2' && isIPv6(host);
  return isFamily ? { host, port: Number(port) } : null;
}

/** What 227 says. */
export function passiveText({ host, port }: Endpoint): string {
  return `(${host.replaceAll('.', ',')},${port >> 8},${port & 255})`;
}
