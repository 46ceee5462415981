import { z } from 'zod';
import { DEFINITION_PROBLEMS as PROBLEM } from './definition-words';

/* The declarative format of field layouts; docs/field-layouts.md tells it in words. */

const MAX_BYTES = 1_048_576;
const MAX_FIELDS = 200;

/** How fields are called in their tree, in references and, in lower case, in filters. */
const fieldName = z.string().trim().min(1).max(60);

const hexBytes = z
  .string()
  .max(600)
  .regex(/^[0-9a-f]{2}( ?[0-9a-f]{2})*$/i, PROBLEM['bad-hex']);

/** What another field says: `times` and `plus` make bytes of words, or take off a header. */
const reference = z.strictObject({
  field: fieldName,
  times: z.int().min(1).max(1024).optional(),
  plus: z.int().min(-MAX_BYTES).max(MAX_BYTES).optional(),
});

/** All that is left but so many bytes at the end. */
const restBut = z.strictObject({ rest: z.int().min(0).max(MAX_BYTES) });

/** How long, or how often: a number, `rest`, the name of an earlier field, or more about it. */
const amount = z.union([z.int().min(0).max(MAX_BYTES), fieldName, reference, restBut], {
  error: PROBLEM['bad-amount'],
});
export type Amount = z.infer<typeof amount>;

/** A number in JSON, or in text for what JSON has no number for: `"0x1F"`, `"18446744073709551615"`. */
const constant = z.union([z.int(), z.string().regex(/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i)], {
  error: PROBLEM['bad-constant'],
});

/** A field is only there when an earlier one has a value, or when it comes from that side. */
const condition = z
  .strictObject({
    field: fieldName.optional(),
    is: z.union([constant, z.array(constant).min(1).max(100)]).optional(),
    not: z.union([constant, z.array(constant).min(1).max(100)]).optional(),
    /** Any of these bits is set. */
    mask: constant.optional(),
    side: z.enum(['client', 'server']).optional(),
  })
  .refine(
    ({ field, is, not, mask, side }) =>
      field === undefined
        ? side !== undefined && [is, not, mask].every((one) => one === undefined)
        : [is, not, mask].filter((one) => one !== undefined).length === 1,
    PROBLEM['bad-condition'],
  );
export type Condition = z.infer<typeof condition>;

/** Names of values: `{"3": "read", "0x10": "write"}`. */
const names = z
  .record(
    z.string().regex(/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i, PROBLEM['bad-value']),
    z.string().max(100),
  )
  .refine((all) => Object.keys(all).length <= 1000, PROBLEM['many-names']);

const endian = z.enum(['big', 'little']);

const common = {
  name: fieldName,
  about: z.string().max(500).optional(),
  when: condition.optional(),
};

/** One after the other so often; each is then a field of its own. */
const repeated = { count: amount.optional() };

const bits = z.strictObject({
  name: fieldName,
  /** The lowest is 0: `"0"` or `"4..7"`. */
  at: z.string().regex(/^\d{1,2}(\.\.\d{1,2})?$/, PROBLEM['bad-bits']),
  names: names.optional(),
});

/** What a number means to people. */
const shown = {
  scale: z.number().optional(),
  plus: z.number().optional(),
  unit: z.string().max(20).optional(),
};

const whole = z.strictObject({
  type: z.enum(['u8', 'u16', 'u24', 'u32', 'u64', 'i8', 'i16', 'i24', 'i32', 'i64']),
  ...common,
  ...repeated,
  endian: endian.optional(),
  names: names.optional(),
  bits: z.array(bits).min(1).max(64).optional(),
  /** Anything else is told. */
  expect: constant.optional(),
  show: z.enum(['decimal', 'hex', 'binary']).optional(),
  ...shown,
});

const float = z.strictObject({
  type: z.enum(['f32', 'f64']),
  ...common,
  ...repeated,
  endian: endian.optional(),
  ...shown,
});

const bytes = z.strictObject({
  type: z.literal('bytes'),
  ...common,
  ...repeated,
  length: amount,
  expect: hexBytes.optional(),
});

const text = z
  .strictObject({
    type: z.literal('text'),
    ...common,
    ...repeated,
    length: amount.optional(),
    /** Ends with these bytes, which are part of the field. */
    until: hexBytes.optional(),
    encoding: z.string().min(1).max(30).optional(),
    expect: z.string().max(200).optional(),
  })
  .refine(
    ({ length, until }) => (length === undefined) !== (until === undefined),
    PROBLEM['text-length'],
  );

const checksum = z.strictObject({
  type: z.literal('checksum'),
  ...common,
  model: z.string().min(1).max(60),
  /** The field with which it begins; the beginning of the frame when left out. */
  from: fieldName.optional(),
  /** The field before which it ends; the checksum itself when left out. */
  to: fieldName.optional(),
  endian: endian.optional(),
  /** `hex`: two digits a byte, as in NMEA. */
  as: z.enum(['bytes', 'hex']).optional(),
});

const group = z.strictObject({
  type: z.literal('group'),
  ...common,
  ...repeated,
  /** What is in it ends here; `rest` means up to here. */
  length: amount.optional(),
  get fields(): z.ZodArray<z.ZodType<LayoutField>> {
    return z.array(layoutField).min(1).max(MAX_FIELDS);
  },
});

export type WholeField = z.infer<typeof whole>;
export type FloatField = z.infer<typeof float>;
export type BytesField = z.infer<typeof bytes>;
export type TextField = z.infer<typeof text>;
export type ChecksumField = z.infer<typeof checksum>;
export type BitsOf = z.infer<typeof bits>;
export interface GroupField {
  type: 'group';
  name: string;
  about?: string | undefined;
  when?: Condition | undefined;
  count?: Amount | undefined;
  length?: Amount | undefined;
  fields: LayoutField[];
}
export type LayoutField =
  WholeField | FloatField | BytesField | TextField | ChecksumField | GroupField;

const layoutField: z.ZodType<LayoutField> = z.lazy(() =>
  z.discriminatedUnion('type', [whole, float, bytes, text, checksum, group], {
    error: ({ code }) => (code === 'invalid_union' ? PROBLEM['bad-type'] : undefined),
  }),
);

export const layoutShape = {
  about: z.string().max(2000).optional(),
  /** Of every field that says nothing else; big when left out. */
  endian: endian.optional(),
  /** What rows say: `{temperature} °C, {state}`; the first fields when left out. */
  label: z.string().min(1).max(200).optional(),
  fields: z.array(layoutField).min(1).max(MAX_FIELDS),
};
