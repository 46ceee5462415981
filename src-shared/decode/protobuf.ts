import type { Decoded, DecodeInput, Field } from './decoded';
import { bytesText, Fields, labelled, MAX_DEPTH, visible } from './decoded';
import type { WireField } from './protobuf-wire';
import { fixed, floating, looksLikeMessage, readVarint, readWireField } from './protobuf-wire';
import { say } from './words';

/** So many fields are told in a row. */
const TOLD_FIELDS = 6;

/**
 * A Protobuf message of which no `.proto` is known: numbers of fields and their wire types. What is
 * within bytes is a guess, text or another message, and says so.
 */
export function protobuf({ bytes }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  const found = rawFields(fields, 0, bytes.length, 0);
  const label = found.slice(0, TOLD_FIELDS).map(({ name, value }) => `${name}: ${value}`);
  const more = found.length > TOLD_FIELDS ? ['…'] : [];
  return labelled([...label, ...more].join(', ') || bytesText(0), found);
}

/** Fields as they stand, up to `end`; what is none comes last. */
function rawFields(fields: Fields, from: number, end: number, depth: number): Field[] {
  const found: Field[] = [];
  let at = from;
  while (at < end) {
    const wire = fields.full ? null : readWireField(fields.bytes, at, end);
    if (wire === null) {
      const left = bytesText(end - at);
      const text = fields.full ? left : `${left}, ${say('not-this', 'Protobuf')}`;
      found.push({ ...fields.field(say('rest'), at, end, text), key: 'rest' });
      break;
    }
    found.push(rawField(fields, wire, depth));
    at = wire.to;
  }
  return found;
}

export function rawField(fields: Fields, wire: WireField, depth: number): Field {
  const { bytes } = fields;
  const { from, to, valueFrom, valueTo } = wire;
  const name = String(wire.number);
  switch (wire.wire) {
    case 'varint': {
      const value = readVarint(bytes, valueFrom, valueTo)?.value ?? 0n;
      const signed = BigInt.asIntN(64, value);
      const text = signed < 0n ? `${value} (${signed})` : String(value);
      return fields.number(name, from, to, Number(value), text);
    }
    case 'fixed32':
    case 'fixed64': {
      const value = fixed(bytes, wire);
      return fields.number(name, from, to, Number(value), `${value} (${floating(bytes, wire)})`);
    }
    case 'group': {
      const value = `group, ${bytesText(valueTo - valueFrom)}`;
      return { ...fields.field(name, from, to, value), children: inner(fields, wire, depth) };
    }
    case 'bytes':
      return rawBytes(fields, wire, depth);
    default:
      return wire.wire satisfies never;
  }
}

/** Text where all of it can be seen; else a message if it can be one. */
function rawBytes(fields: Fields, wire: WireField, depth: number): Field {
  const { bytes } = fields;
  const { number, from, to, valueFrom, valueTo } = wire;
  const name = String(number);
  const length = valueTo - valueFrom;
  if (isText(bytes.subarray(valueFrom, valueTo)))
    return fields.field(name, from, to, `“${visible(bytes, valueFrom, valueTo)}”`);
  if (depth < MAX_DEPTH - 1 && looksLikeMessage(bytes, valueFrom, valueTo)) {
    const value = say('perhaps-message', bytesText(length));
    return { ...fields.field(name, from, to, value), children: inner(fields, wire, depth) };
  }
  const shown = length === 0 ? '' : `: ${visible(bytes, valueFrom, valueTo)}`;
  return fields.field(name, from, to, bytesText(length) + shown);
}

function inner(fields: Fields, { valueFrom, valueTo }: WireField, depth: number): Field[] {
  return depth < MAX_DEPTH - 1 ? rawFields(fields, valueFrom, valueTo, depth + 1) : [];
}

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /^[^\p{C}]+$/u.test(text);
  } catch {
    return false;
  }
}
