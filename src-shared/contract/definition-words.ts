/**
 * What can be wrong with the text of a definition, in English, `{name}` for what was found there. The
 * command line and files say it so; the window in its language (`format/definition-text.ts`): one that
 * is added here and not there does not compile.
 */
export const DEFINITION_PROBLEMS = {
  'json-empty': 'There is nothing here',
  'json-rest': 'Nothing may follow the end of the JSON value',
  'json-deep': 'It is nested too deeply',
  'json-value': 'A value is expected here: { [ " a number, true, false or null',
  'json-key': 'A key in double quotes is expected here',
  'json-forbidden': 'The key “{found}” is not possible',
  'json-twice': 'The key “{found}” stands here twice',
  'json-colon': 'A colon is expected after the key',
  'json-object': 'A comma or } is expected here',
  'json-array': 'A comma or ] is expected here',
  'json-text': 'A text that is not closed, or holds a line break',
  'file-kind': 'It is not a file',
  'file-size': 'The file is larger than {most} MB',
  'file-text': 'The file is not UTF-8 text',
  newer: 'It was written by a newer Wirebench',
  'unknown-key': '“{found}” is not known here',
  missing: '“{found}” is missing or not of the right kind: {expected}',
  'bad-name': 'A name is of letters, digits, - and _',
  'bad-kind': 'A definition has "kind": "layout" or "kind": "proto"',
  'proto-size': 'The files are larger than 1 MB together',
  'bad-hex': 'Bytes are written in hex, such as "aa 55"',
  'bad-amount':
    'This is a number, "rest", the name of an earlier field, {"field": "length", "plus": -4} or {"rest": 2}',
  'bad-constant': 'This is a whole number, such as 3, "0x1F" or "18446744073709551615"',
  'bad-condition':
    'A condition is {"field": …} with one of "is", "not" and "mask", or {"side": "client"}',
  'bad-value': 'A value is a whole number',
  'many-names': 'At most 1000 names',
  'bad-bits': 'Bits are "0" or "4..7", the lowest is 0',
  'text-length': 'A text has either "length" or "until"',
  'bad-type': 'There are the types u8 … u64, i8 … i64, f32, f64, bytes, text, checksum and group',
  'deep-groups': 'Groups stand at most {most} deep in each other',
  'many-fields': 'A layout has at most {most} fields in all',
  'rest-name': '“rest” means what is left: use another name',
  'name-twice': 'There is a field “{found}” here already',
  'no-field': 'There is no field “{found}”',
  'no-field-here': 'There is no field “{found}” here',
  'no-number': 'There is no number “{found}” before this field',
  'no-encoding': 'There is no encoding “{found}”',
  'no-checksum':
    'There is no checksum “{found}”; there are crc-16/modbus, crc-32, sum8, xor8, lrc and others',
  'bits-range': '{found} has the bits 0 to {most}, lowest first',
  /** What the schema says of a value by itself: `expected`. */
  schema: '{expected}',
} as const;

export type DefinitionCode = keyof typeof DEFINITION_PROBLEMS;

/** What is wrong, as a code with what was found; `message` is the English of it. */
export interface DefinitionFault {
  code: DefinitionCode;
  values: DefinitionValues;
  message: string;
}

export interface DefinitionValues {
  found?: string | undefined;
  most?: string | undefined;
  expected?: string | undefined;
}

export function definitionFault(
  code: DefinitionCode,
  values: DefinitionValues = {},
): DefinitionFault {
  const { found = '', most = '', expected = '' } = values;
  // A function: `$` in what was found means nothing.
  const message = DEFINITION_PROBLEMS[code].replace(/\{(found|most|expected)\}/g, (_, name) =>
    name === 'found' ? found : name === 'most' ? most : expected,
  );
  return { code, values, message };
}

const CODES = new Map<string, string>(
  Object.entries(DEFINITION_PROBLEMS).map(([code, text]) => [text, code]),
);

/** The fault whose sentence a schema gives as its message; else the message itself. */
export function schemaFault(message: string): DefinitionFault {
  const code = CODES.get(message);
  return code !== undefined && isCode(code)
    ? definitionFault(code)
    : definitionFault('schema', { expected: message });
}

export function isCode(text: string): text is DefinitionCode {
  return Object.hasOwn(DEFINITION_PROBLEMS, text);
}

/** How decoders are chosen that are described: `layout:NAME`, `proto:NAME`. */
export function choiceOf({ kind, name }: { kind: 'layout' | 'proto'; name: string }): string {
  return `${kind}:${name}`;
}
