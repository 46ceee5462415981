import type { ChecksumField } from '../../contract/layout';
import type { Checksum } from '../../payload/checksum';
import { findChecksum } from '../../payload/checksum';
import type { Field, Fields } from '../decoded';
import { say } from '../words';
import { readWhole } from './layout-values';

/** So many bytes of one frame are summed, over all its checksums: repeated ones must not take for ever. */
const MAX_SUMMED_BYTES = 16 * 1024 * 1024;

/** A checksum whose bytes were found, and that is judged when all around it has its place. */
interface Placed {
  field: ChecksumField;
  from: number;
  to: number;
  /** All its bytes are in the frame. */
  whole: boolean;
  /** In the bytes; null: they are not whole, or no digits. */
  value: bigint | null;
  shown: Field;
}

/** The checksums of one frame: found in passing, judged at the end of their level. */
export class ChecksumPlaces {
  readonly #fields: Fields;
  readonly #marks: Set<string>;
  #left = MAX_SUMMED_BYTES;

  constructor(fields: Fields, marks: Set<string>) {
    this.#fields = fields;
    this.#marks = marks;
  }

  level(): (Placed & { at: number })[] {
    return [];
  }

  place(field: ChecksumField, from: number, end: number, little: boolean): Placed {
    const { bytes } = this.#fields;
    const width = (findChecksum(field.model)?.widthBytes ?? 0) * (field.as === 'hex' ? 2 : 1);
    const to = Math.min(end, from + width);
    const whole = to - from === width;
    const part = bytes.subarray(from, to);
    const value = whole ? carried(part, field.as === 'hex', little) : null;
    const text = whole ? '' : say('incomplete');
    return { field, from, to, whole, value, shown: this.#fields.field(field.name, from, to, text) };
  }

  judge(
    { field, from, to, value, whole, shown }: Placed,
    end: number,
    placeOf: (name: string) => { from: number; to: number } | null,
  ): Field {
    const model = findChecksum(field.model);
    if (!whole || model === null) return shown;
    const first = field.from === undefined ? 0 : (placeOf(field.from)?.from ?? null);
    // It stands before what it covers, or behind it.
    const usual = first !== null && first >= to ? end : from;
    const last = field.to === undefined ? usual : (placeOf(field.to)?.from ?? null);
    const carriedText = value === null ? '?' : hexOf(value, model);
    if (first === null || last === null || last < first || this.#left < last - first)
      return { ...shown, value: carriedText };
    this.#left -= last - first;
    const right = model.of(this.#fields.bytes.subarray(first, last));
    const valid = value === right;
    if (!valid) this.#marks.add(say('checksum-wrong'));
    const text = valid
      ? `${carriedText}, ${say('checksum-right')}`
      : `${carriedText}, ${say('checksum-wrong')}: ${hexOf(right, model)}`;
    const verdict = this.#fields.field('valid', from, to, valid ? '1' : '0');
    return {
      ...shown,
      value: text,
      ...(value === null ? {} : { number: Number(value) }),
      children: [{ ...verdict, key: 'valid', number: valid ? 1 : 0 }],
    };
  }
}

function carried(part: Uint8Array, asHex: boolean, little: boolean): bigint | null {
  if (!asHex) return readWhole(part, little, false);
  const digits = String.fromCharCode(...part);
  return /^[0-9a-f]+$/i.test(digits) ? BigInt(`0x${digits}`) : null;
}

function hexOf(value: bigint, { widthBytes }: Checksum): string {
  return `0x${value
    .toString(16)
    .toUpperCase()
    .padStart(widthBytes * 2, '0')}`;
}
