import { randomBytes } from 'node:crypto';

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function stampOf(date: Date): string {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join('');
  return `${day}-${time}`;
}

/** What of an address may stand in a file name on every system. */
function slugOf(address: string): string {
  const slug = address
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return slug.slice(0, 60) || 'capture';
}

/** What a capture of an address that begins now is called, before its suffix; no other is called the same. */
export function captureName(address: string): string {
  return `${stampOf(new Date())}-${slugOf(address)}-${randomBytes(2).toString('hex')}`;
}
