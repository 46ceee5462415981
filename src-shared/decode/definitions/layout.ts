import type { Layout } from '../../contract/definition';
import type {
  Amount,
  BytesField,
  GroupField,
  LayoutField,
  TextField,
  WholeField,
  FloatField,
} from '../../contract/layout';
import type { Charset } from '../../encoding/charset';
import type { EncodingName } from '../../encoding/names';
import { encodingName } from '../../encoding/names';
import { UTF8 } from '../../encoding/unicode';
import { formatHex } from '../../payload/format';
import { parseHex } from '../../payload/hex';
import type { Decoded, DecodeInput, Field } from '../decoded';
import { bytesText, Fields, labelled } from '../decoded';
import { say } from '../words';
import { ChecksumPlaces } from './layout-checksums';
import { layoutLabel } from './layout-label';
import { layoutText } from './layout-text';
import { widthBits } from './layout-check';
import { Scope } from './layout-scope';
import { bitsText, constantOf, floatText, readFloat, readWhole, wholeText } from './layout-values';

/** So many bytes of a value are shown in hex. */
const SHOWN_BYTES = 64;

/**
 * What a layout says of a frame. Total: any bytes give an answer, in at most 1000 fields. `charsets`:
 * of the encodings that its texts name, and UTF-8.
 */
export function layoutDecoder(
  layout: Layout,
  charsets: ReadonlyMap<EncodingName, Charset>,
): (input: DecodeInput) => Decoded {
  return (input) => new LayoutRun(layout, charsets, input).run();
}

class LayoutRun {
  readonly #layout: Layout;
  readonly #charsets: ReadonlyMap<EncodingName, Charset>;
  readonly #input: DecodeInput;
  readonly #bytes: Uint8Array;
  readonly #fields: Fields;
  readonly #checksums: ChecksumPlaces;
  /** What is wrong with the frame, for its label. */
  readonly #marks = new Set<string>();
  #at = 0;
  /** The frame ended before the layout did. */
  #short = false;

  constructor(layout: Layout, charsets: ReadonlyMap<EncodingName, Charset>, input: DecodeInput) {
    this.#layout = layout;
    this.#charsets = charsets;
    this.#input = input;
    this.#bytes = input.bytes;
    this.#fields = new Fields(input.bytes);
    this.#checksums = new ChecksumPlaces(this.#fields, this.#marks);
  }

  run(): Decoded {
    const found = this.#level(this.#layout.fields, this.#bytes.length, new Scope());
    if (this.#short) this.#marks.add(say('incomplete'));
    if (!this.#short) found.push(...this.#fields.rest(this.#at));
    return labelled(layoutLabel(this.#layout, found, this.#marks), found);
  }

  #level(fields: readonly LayoutField[], end: number, scope: Scope): Field[] {
    const found: Field[] = [];
    const checks = this.#checksums.level();
    for (const field of fields) {
      if (this.#short || this.#fields.full) break;
      if (field.when && !scope.holds(field.when, this.#input.side)) continue;
      const from = this.#at;
      this.#each(field, end, scope, (place, stop) => {
        if (field.type === 'checksum') {
          const made = this.#checksums.place(field, from, end, this.#little(field.endian));
          this.#at = made.to;
          this.#short ||= !made.whole;
          checks.push({ ...made, at: found.length });
          found.push(made.shown);
          return;
        }
        const one = this.#one(field, stop, scope);
        found.push(
          place === null
            ? one
            : { ...one, name: `${one.name}[${place}]`, key: keyText(field.name) },
        );
      });
      scope.setPlace(field.name, { from, to: this.#at });
    }
    for (const check of checks)
      found[check.at] = this.#checksums.judge(check, end, (name) => scope.place(name));
    return found;
  }

  /** Once, or as often as its count says; each is told where the level ends for it. */
  #each(
    field: LayoutField,
    end: number,
    scope: Scope,
    make: (place: number | null, end: number) => void,
  ): void {
    const count = 'count' in field ? field.count : undefined;
    if (count === undefined) {
      make(null, end);
      return;
    }
    const toEnd = count === 'rest' || (typeof count === 'object' && 'rest' in count);
    const stop = end - (typeof count === 'object' && 'rest' in count ? count.rest : 0);
    const most = toEnd ? Infinity : this.#amount(count, end, scope);
    for (let n = 0; n < most && !this.#short && !this.#fields.full; n++) {
      const before = this.#at;
      if (toEnd && before >= stop) return;
      make(n, stop);
      // What takes no room would go on for ever.
      if (toEnd && this.#at === before) return;
    }
  }

  #one(field: Exclude<LayoutField, { type: 'checksum' }>, end: number, scope: Scope): Field {
    switch (field.type) {
      case 'group':
        return this.#group(field, end, scope);
      case 'bytes':
        return this.#opaque(field, end, scope);
      case 'text':
        return this.#text(field, end, scope);
      case 'f32':
      case 'f64':
        return this.#float(field, end);
      case 'u8':
      case 'u16':
      case 'u24':
      case 'u32':
      case 'u64':
      case 'i8':
      case 'i16':
      case 'i24':
      case 'i32':
      case 'i64':
        return this.#whole(field, end, scope);
      default:
        return field satisfies never;
    }
  }

  #whole(field: WholeField, end: number, scope: Scope): Field {
    const part = this.#take(widthBits(field.type) / 8, end);
    if (part === null) return this.#lacking(field.name, end);
    const { from, to, bytes } = part;
    const value = readWhole(bytes, this.#little(field.endian), field.type.startsWith('i'));
    scope.setNumber(field.name, value);
    const children = (field.bits ?? []).map((bits) => {
      const shown = bitsText(value, bits);
      scope.setNumber(bits.name, shown.value);
      return this.#number(bits.name, from, to, shown);
    });
    const shown = wholeText(value, field);
    const wanted = field.expect === undefined ? value : constantOf(field.expect);
    const text = shown.text + this.#unexpected(wanted !== value, String(field.expect));
    return this.#number(field.name, from, to, { ...shown, text }, children);
  }

  #float(field: FloatField, end: number): Field {
    const part = this.#take(field.type === 'f32' ? 4 : 8, end);
    if (part === null) return this.#lacking(field.name, end);
    const value = readFloat(part.bytes, this.#little(field.endian));
    const shown = floatText(value, field, field.type === 'f32' ? 7 : 15);
    return this.#number(field.name, part.from, part.to, shown);
  }

  #opaque(field: BytesField, end: number, scope: Scope): Field {
    const part = this.#take(this.#amount(field.length, end, scope), end);
    if (part === null) return this.#lacking(field.name, end);
    const { bytes, from, to } = part;
    const shown = formatHex(bytes.subarray(0, SHOWN_BYTES));
    const more = bytes.length > SHOWN_BYTES ? ` … ${bytesText(bytes.length)}` : '';
    const wanted = field.expect === undefined ? null : parseHex(field.expect);
    const differs = wanted?.ok === true && formatHex(wanted.bytes) !== formatHex(bytes);
    return this.#field(
      field.name,
      from,
      to,
      shown + more + this.#unexpected(differs, field.expect),
    );
  }

  #text(field: TextField, end: number, scope: Scope): Field {
    const from = this.#at;
    const charset = this.#charsets.get(encodingName(field.encoding ?? '') ?? 'utf-8') ?? UTF8;
    const found = layoutText(field, charset, { bytes: this.#bytes, from, end }, (length) =>
      this.#amount(length, end, scope),
    );
    if (found === null) return this.#lacking(field.name, end);
    this.#at = found.to;
    const differs = field.expect !== undefined && field.expect !== found.text;
    return this.#field(
      field.name,
      from,
      found.to,
      found.shown + this.#unexpected(differs, field.expect),
    );
  }

  #group(field: GroupField, end: number, scope: Scope): Field {
    const from = this.#at;
    const length = field.length === undefined ? null : this.#amount(field.length, end, scope);
    const stop = length === null ? end : Math.min(end, from + length);
    // Made first, so that it counts even if what is in it does not fit any more.
    const made = this.#field(field.name, from, from, '');
    const children = this.#level(field.fields, stop, new Scope(scope));
    if (length !== null && !this.#short) {
      if (this.#at < stop)
        children.push({
          ...this.#field(say('rest'), this.#at, stop, bytesText(stop - this.#at)),
          key: 'rest',
        });
      this.#at = stop;
      this.#short = from + length > end;
    }
    return { ...made, to: this.#at, value: bytesText(this.#at - from), children };
  }

  /** So many bytes, or null when the frame has fewer. */
  #take(length: number, end: number): { from: number; to: number; bytes: Uint8Array } | null {
    const from = this.#at;
    const to = from + length;
    if (to > end) return null;
    this.#at = to;
    return { from, to, bytes: this.#bytes.subarray(from, to) };
  }

  #lacking(name: string, end: number): Field {
    this.#short = true;
    const from = this.#at;
    this.#at = end;
    return this.#field(name, from, end, say('incomplete'));
  }

  #amount(amount: Amount, end: number, scope: Scope): number {
    return scope.amount(amount, Math.max(0, end - this.#at));
  }

  #unexpected(differs: boolean, wanted: string | undefined): string {
    if (!differs) return '';
    this.#marks.add(say('not-expected'));
    return ` (${say('not-expected')}: ${wanted ?? ''})`;
  }

  #little(endian: 'big' | 'little' | undefined): boolean {
    return (endian ?? this.#layout.endian) === 'little';
  }

  #number(
    name: string,
    from: number,
    to: number,
    { text, number }: { text: string; number: number },
    children: readonly Field[] = [],
  ): Field {
    const field = this.#field(name, from, to, text, children);
    return Number.isFinite(number) ? { ...field, number } : field;
  }

  #field(
    name: string,
    from: number,
    to: number,
    value: string,
    children: readonly Field[] = [],
  ): Field {
    return { ...this.#fields.field(name, from, to, value, children), key: keyText(name) };
  }
}

/** As filters call it: of any letters, not only a to z. */
function keyText(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');
}
