import type { DefinitionFileProblem } from '../../src-shared/contract/definition-commands';
import type { DefinitionCode, DefinitionFault } from '../../src-shared/contract/definition-words';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';

/** What stands in braces is JSON to be written so. */
const AMOUNT = '{"field": "length", "plus": -4}, {"rest": 2}';
const CONDITION = '{"field": …}, {"side": "client"}';

/** What is wrong with the text of a definition, in the language of the window. */
export function definitionText({ code, values }: Pick<DefinitionFault, 'code' | 'values'>): string {
  const { found = '', most = '', expected = '' } = values;
  return plainText(sentences[code]({ found, most, expected }));
}

/** Why a file could not be read; the system's own words where it refused. */
export function definitionProblemText({
  message,
  reason,
}: Pick<DefinitionFileProblem, 'message' | 'reason'>): string {
  if (reason === undefined) return plainText(message);
  const { place, code, values } = reason;
  const text = definitionText({ code, values });
  if (place === null) return text;
  const [line, column] = [String(place.line), String(place.column)];
  return m.layouts_wrong_at({ line, column, message: text });
}

/** What became of a file in the folder of definitions, and why. */
export function definitionFileText(problem: DefinitionFileProblem): string {
  const told = { file: plainText(problem.file), message: definitionProblemText(problem) };
  return problem.movedTo === null ? m.layouts_unread(told) : m.layouts_damaged(told);
}

const sentences: Record<DefinitionCode, (values: Values) => string> = {
  'json-empty': () => m.layout_wrong_json_empty(),
  'json-rest': () => m.layout_wrong_json_rest(),
  'json-deep': () => m.layout_wrong_json_deep(),
  'json-value': () => m.layout_wrong_json_value({ open: '{ [' }),
  'json-key': () => m.layout_wrong_json_key(),
  'json-forbidden': (values) => m.layout_wrong_json_forbidden(values),
  'json-twice': (values) => m.layout_wrong_json_twice(values),
  'json-colon': () => m.layout_wrong_json_colon(),
  'json-object': () => m.layout_wrong_json_object({ close: '}' }),
  'json-array': () => m.layout_wrong_json_array(),
  'json-text': () => m.layout_wrong_json_text(),
  'file-kind': () => m.layout_wrong_file_kind(),
  'file-size': (values) => m.layout_wrong_file_size(values),
  'file-text': () => m.layout_wrong_file_text(),
  newer: () => m.layout_wrong_newer(),
  'unknown-key': (values) => m.layout_wrong_unknown_key(values),
  missing: (values) => m.layout_wrong_missing(values),
  'bad-name': () => m.layout_wrong_bad_name(),
  'bad-kind': () => m.layout_wrong_bad_kind(),
  'proto-size': () => m.layout_wrong_proto_size(),
  'bad-hex': () => m.layout_wrong_bad_hex(),
  'bad-amount': () => m.layout_wrong_bad_amount({ example: AMOUNT }),
  'bad-constant': () => m.layout_wrong_bad_constant(),
  'bad-condition': () => m.layout_wrong_bad_condition({ example: CONDITION }),
  'bad-value': () => m.layout_wrong_bad_value(),
  'many-names': () => m.layout_wrong_many_names(),
  'bad-bits': () => m.layout_wrong_bad_bits(),
  'text-length': () => m.layout_wrong_text_length(),
  'bad-type': () => m.layout_wrong_bad_type(),
  'deep-groups': (values) => m.layout_wrong_deep_groups(values),
  'many-fields': (values) => m.layout_wrong_many_fields(values),
  'rest-name': () => m.layout_wrong_rest_name(),
  'name-twice': (values) => m.layout_wrong_name_twice(values),
  'no-field': (values) => m.layout_wrong_no_field(values),
  'no-field-here': (values) => m.layout_wrong_no_field_here(values),
  'no-number': (values) => m.layout_wrong_no_number(values),
  'no-encoding': (values) => m.layout_wrong_no_encoding(values),
  'no-checksum': (values) => m.layout_wrong_no_checksum(values),
  'bits-range': (values) => m.layout_wrong_bits_range(values),
  schema: (values) => m.layout_wrong_schema(values),
};

interface Values {
  found: string;
  most: string;
  expected: string;
}
