import protobuf from 'protobufjs';
import type { Decoded, DecodeInput, Field } from '../decoded';
import { bytesText, Fields, labelled, MAX_DEPTH, visible } from '../decoded';
import { rawField } from '../protobuf';
import type { WireField, WireType } from '../protobuf-wire';
import { fixed, floating, readVarint, readWireField, zigzag } from '../protobuf-wire';
import { say } from '../words';

/** So many fields are told in a row. */
const TOLD_FIELDS = 6;

/** What a Protobuf message says, by its type. Total: what does not fit is told as it stands. */
export function protoDecoder(type: protobuf.Type): (input: DecodeInput) => Decoded {
  return ({ bytes }) => {
    const fields = new Fields(bytes);
    const found = messageFields(fields, type, { from: 0, end: bytes.length, depth: 0 });
    const told = found.slice(0, TOLD_FIELDS).map(({ name, value }) => `${name}: ${value}`);
    const more = found.length > TOLD_FIELDS ? ['…'] : [];
    return labelled(`${type.name} ${[...told, ...more].join(', ')}`.trim(), found);
  };
}

/** What is needed of a field; those of maps have no more. */
type AnyField = Pick<protobuf.FieldBase, 'name' | 'type' | 'repeated' | 'resolvedType'>;

interface Stretch {
  from: number;
  end: number;
  depth: number;
}

function messageFields(
  fields: Fields,
  type: protobuf.Type,
  { from, end, depth }: Stretch,
): Field[] {
  const found: Field[] = [];
  let at = from;
  while (at < end) {
    const wire = fields.full ? null : readWireField(fields.bytes, at, end);
    if (wire === null) {
      const left = bytesText(end - at);
      const text = fields.full ? left : `${left}, ${say('incomplete')}`;
      found.push({ ...fields.field(say('rest'), at, end, text), key: 'rest' });
      break;
    }
    at = wire.to;
    found.push(...typedFields(fields, type.fieldsById[wire.number] ?? null, wire, depth));
  }
  return found;
}

/** A field, or the elements of a packed one. */
function typedFields(
  fields: Fields,
  field: AnyField | null,
  wire: WireField,
  depth: number,
): Field[] {
  if (field === null) {
    const raw = rawField(fields, wire, depth);
    return [{ ...raw, name: say('unknown-field', wire.number), key: String(wire.number) }];
  }
  const { resolvedType } = field;
  if (field instanceof protobuf.MapField) return [mapEntry(fields, field, wire, depth)];
  if (resolvedType instanceof protobuf.Type)
    return [inMessage(fields, field, resolvedType, wire, depth)];
  const usual = wireOf(field);
  if (wire.wire === usual) return [scalar(fields, field, wire)];
  if (wire.wire === 'bytes' && field.repeated) return packed(fields, field, usual, wire);
  const raw = rawField(fields, wire, depth);
  return [
    { ...raw, name: field.name, value: `${raw.value} (${say('not-expected')}: ${field.type})` },
  ];
}

function inMessage(
  fields: Fields,
  { name, type: typeName }: AnyField,
  type: protobuf.Type,
  wire: WireField,
  depth: number,
): Field {
  const { from, to, valueFrom, valueTo } = wire;
  if ((wire.wire !== 'bytes' && wire.wire !== 'group') || depth >= MAX_DEPTH - 2) {
    const raw = rawField(fields, wire, depth);
    return { ...raw, name, value: `${raw.value} (${say('not-expected')}: ${typeName})` };
  }
  const made = fields.field(name, from, to, bytesText(valueTo - valueFrom));
  const children = messageFields(fields, type, { from: valueFrom, end: valueTo, depth: depth + 1 });
  return { ...made, value: wellKnown(type, children) ?? made.value, children };
}

/** An entry of a map is a message with a key and a value. */
function mapEntry(fields: Fields, field: protobuf.MapField, wire: WireField, depth: number): Field {
  const made = inMessage(fields, field, entryType(field), wire, depth);
  const value = (name: string) => made.children.find((one) => one.name === name)?.value ?? '';
  return { ...made, value: `${value('key')} → ${value('value')}` };
}

/** Made once for each map. */
const entryTypes = new WeakMap<protobuf.MapField, protobuf.Type>();

function entryType(field: protobuf.MapField): protobuf.Type {
  const known = entryTypes.get(field);
  if (known) return known;
  const value = new protobuf.Field('value', 2, field.type);
  value.resolvedType = field.resolvedType;
  const type = new protobuf.Type('entry')
    .add(new protobuf.Field('key', 1, field.keyType))
    .add(value);
  entryTypes.set(field, type);
  return type;
}

const WIRES: ReadonlyMap<string, WireType> = new Map([
  ...(['double', 'fixed64', 'sfixed64'] as const).map((type) => [type, 'fixed64'] as const),
  ...(['float', 'fixed32', 'sfixed32'] as const).map((type) => [type, 'fixed32'] as const),
  ...(['string', 'bytes'] as const).map((type) => [type, 'bytes'] as const),
]);

function wireOf({ type }: AnyField): WireType {
  return WIRES.get(type) ?? 'varint';
}

function packed(fields: Fields, field: AnyField, usual: WireType, wire: WireField): Field[] {
  const found: Field[] = [];
  const { number, valueTo: end } = wire;
  const size = usual === 'fixed64' ? 8 : 4;
  let at = wire.valueFrom;
  while (at < end && !fields.full) {
    const to = usual === 'varint' ? readVarint(fields.bytes, at, end)?.to : at + size;
    if (to === undefined || to > end) break;
    found.push(
      scalar(fields, field, { number, wire: usual, from: at, to, valueFrom: at, valueTo: to }),
    );
    at = to;
  }
  if (at < end) found.push(fields.field(field.name, at, end, say('incomplete')));
  return found;
}

function scalar(fields: Fields, field: AnyField, wire: WireField): Field {
  const { name } = field;
  const { from, to, valueFrom, valueTo } = wire;
  if (field.type === 'string')
    return fields.field(name, from, to, visible(fields.bytes, valueFrom, valueTo));
  if (field.type === 'bytes') {
    const text = visible(fields.bytes, valueFrom, valueTo);
    return fields.field(name, from, to, `${bytesText(valueTo - valueFrom)}: ${text}`);
  }
  const { text, number } = value(fields.bytes, field, wire);
  const made = fields.field(name, from, to, text);
  return Number.isFinite(number) ? { ...made, number } : made;
}

function value(
  bytes: Uint8Array,
  { type, resolvedType }: AnyField,
  wire: WireField,
): { text: string; number: number } {
  if (type === 'float' || type === 'double') {
    const number = floating(bytes, wire);
    return { text: String(number), number };
  }
  const raw =
    wire.wire === 'varint'
      ? (readVarint(bytes, wire.valueFrom, wire.valueTo)?.value ?? 0n)
      : fixed(bytes, wire);
  if (type === 'bool') return { text: String(raw !== 0n), number: raw === 0n ? 0 : 1 };
  const whole = integer(type, raw);
  if (resolvedType instanceof protobuf.Enum) {
    const name = resolvedType.valuesById[Number(whole)];
    return {
      text: name === undefined ? String(whole) : `${name} (${whole})`,
      number: Number(whole),
    };
  }
  return { text: String(whole), number: Number(whole) };
}

/** Enums are like int32. */
function integer(type: string, raw: bigint): bigint {
  switch (type) {
    case 'uint64':
    case 'fixed64':
      return raw;
    case 'uint32':
    case 'fixed32':
      return BigInt.asUintN(32, raw);
    case 'sint32':
    case 'sint64':
      return zigzag(raw);
    case 'int64':
    case 'sfixed64':
      return BigInt.asIntN(64, raw);
    default:
      return BigInt.asIntN(32, raw);
  }
}

/** What everyone's types mean: a moment, a stretch of time, a value that may be missing. */
function wellKnown({ fullName }: protobuf.Type, children: readonly Field[]): string | null {
  if (!fullName.startsWith('.google.protobuf.')) return null;
  const number = (name: string) => children.find((one) => one.name === name)?.number ?? 0;
  if (fullName === '.google.protobuf.Timestamp') {
    const at = new Date(number('seconds') * 1000 + number('nanos') / 1e6);
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  }
  if (fullName === '.google.protobuf.Duration')
    return `${Number((number('seconds') + number('nanos') / 1e9).toPrecision(15))} s`;
  const [only] = children;
  return fullName.endsWith('Value') && only?.name === 'value' ? only.value : null;
}
