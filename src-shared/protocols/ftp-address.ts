/** Where a data connection goes; `host` null: the address of the control connection's other end. */
export interface DataAddress {
  host: string | null;
  port: number;
}

/**
 * The address in an answer to PASV (227, RFC 959) or EPSV (229, RFC 2428), or in a PORT or EPRT
 * command; null when there is none. A server behind NAT often names an address nobody can reach:
 * clients do well to take only the port.
 */
export function ftpDataAddress(line: string): DataAddress | null {
  const extended = /^(?:229.*\(|EPRT )(.)(\d?)\1([0-9A-Fa-f:.]{0,45})\1(\d{1,5})\1/i.exec(line);
  if (extended)
    return inRange(extended[3] === '' ? null : (extended[3] ?? null), Number(extended[4]));
  if (!/^(?:227\b|PORT )/i.test(line)) return null;
  // RFC 1123 §4.1.2.6: the parentheses cannot be relied on.
  const numbers = /(?:^|\D)(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})(?!\d)/.exec(
    line.slice(3),
  );
  if (!numbers) return null;
  const bytes = numbers.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return null;
  return inRange(bytes.slice(0, 4).join('.'), (bytes[4] ?? 0) * 256 + (bytes[5] ?? 0));
}

function inRange(host: string | null, port: number): DataAddress | null {
  return port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** What a client says to be called at: `PORT` for IPv4, `EPRT` for IPv6. Without line ending. */
export function ftpPortCommand(host: string, port: number): string {
  if (host.includes(':')) return `EPRT |2|${host}|${port}|`;
  return `PORT ${host.replaceAll('.', ',')},${port >> 8},${port & 255}`;
}
