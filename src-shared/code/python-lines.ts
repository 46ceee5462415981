import type { IntOption } from './plan';
import { pythonBytes } from './quote';

const LINE_BYTES = 24;

export function seconds(ms: number): string {
  return String(ms / 1000);
}

/** A call on bytes, in lines of its own when they are many. */
export function call(start: string, bytes: Uint8Array, end: string): string[] {
  if (bytes.byteLength <= LINE_BYTES) return [`${start}${pythonBytes(bytes)}${end}`];
  const lines = [`${start}`];
  for (let at = 0; at < bytes.byteLength; at += LINE_BYTES)
    lines.push(`    ${pythonBytes(bytes.subarray(at, at + LINE_BYTES))}`);
  return [...lines, end];
}

export function setOptions(name: string, options: readonly IntOption[]): string[] {
  return options.map(
    (one) => `${name}.setsockopt(socket.${one.level}, socket.${one.name}, ${one.value})`,
  );
}
