import { counted } from '../../src-shared/counted';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ruleFile } from '../../src-shared/contract/rules';
import type { RuleSet } from '../../src-shared/contract/rules';
import { readJson } from '../../src-shared/decode/definitions/json-places';
import type { TextPlace } from '../../src-shared/decode/definitions/json-places';
import { loadCharset } from '../../src-shared/encoding/load';
import { parseEncoding } from '../../src-shared/encoding/names';
import type { PayloadSupply } from '../../src-shared/payload/payload-template';
import { MAX_PAYLOAD_BYTES } from '../../src-shared/payload/payload-template';
import type { UnderstoodRules } from '../../src-shared/rules/understand';
import { understandRules } from '../../src-shared/rules/understand';
import { compileRules, faultText } from '../engine/automation/compile-rules';
import type { RuleBook, RuleSupply } from '../engine/automation/rule-book';
import { CliError, EXIT, fileError } from './exit';
import { pointAt } from './arguments';

/** A file of rules is no bigger. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

const SCHEMA_URL = 'https://wirebench.example/schemas/rules.schema.json';

/** So many mistakes are told at once. */
const MAX_TOLD = 10;

/** One thing wrong in the file, and what helps to see it. */
interface Mistake {
  place: TextPlace;
  message: string;
  shown?: string;
}

/** The published JSON Schema of a file of rules: docs/schemas/rules.schema.json. */
export function rulesSchema(): object {
  return { $id: SCHEMA_URL, title: 'Wirebench rules', ...z.toJSONSchema(ruleFile) };
}

/** The rules of a file and the files they name, ready to answer. Rejects with a `CliError`. */
export async function readRulesFile(
  path: string,
  { variables, host }: Omit<RuleSupply, 'files'>,
): Promise<RuleBook> {
  const text = decoded(await contentOf(path, MAX_FILE_BYTES), path);
  // Files are read when it is known which; here any will do.
  const { set, understood } = await setIn(text, path, {
    files: { has: () => true },
    variables,
    host,
  });
  const files = await filesOf(understood, dirname(resolve(path)));
  return compileRules(set, { files, variables, host });
}

async function setIn(
  text: string,
  path: string,
  supply: PayloadSupply,
): Promise<{ set: RuleSet; understood: UnderstoodRules }> {
  const json = readJson(text);
  if (!json.ok) throw wrong(path, [{ place: json.place, message: json.fault.message }]);
  const parsed = ruleFile.safeParse(json.value);
  if (!parsed.success)
    throw wrong(
      path,
      parsed.error.issues.map(({ path: at, message, ...issue }) => {
        const key = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
        const where = [...at, ...key];
        const field = where.length === 0 ? '' : `${where.join('.')}: `;
        return { place: json.placeOf(where), message: `${field}${message}` };
      }),
    );
  const { $schema, version, ...set } = parsed.data;
  void [$schema, version];
  const encoding = parseEncoding(set.encoding ?? 'utf-8');
  if (!encoding.ok)
    throw wrong(path, [{ place: json.placeOf(['encoding']), message: encoding.message }]);
  const parsedRules = understandRules(set, await loadCharset(encoding.name), supply);
  if (parsedRules.ok) return { set, understood: parsedRules.understood };
  throw wrong(
    path,
    parsedRules.faults.map((fault) => {
      const { rule, field, at, error } = fault;
      const place = json.placeOf(rule === null ? [field] : ['rules', rule, field]);
      const written = rule === null ? set.framing : textOf(set, rule, field);
      const how = error.code === 'not-set' ? `, or add --var ${error.found}=VALUE` : '';
      const shown = written === undefined ? {} : { shown: pointAt(written, at) };
      return { place, message: faultText(set, fault) + how, ...shown };
    }),
  );
}

function textOf(set: RuleSet, rule: number, field: string): string | undefined {
  const { when, reply } = set.rules[rule] ?? {};
  return field === 'when' ? when : field === 'reply' ? reply : undefined;
}

function wrong(path: string, mistakes: readonly Mistake[]): CliError {
  const told = mistakes
    .slice(0, MAX_TOLD)
    .flatMap(({ place, message, shown }) => [
      `line ${place.line}, column ${place.column}: ${message}`,
      ...(shown === undefined ? [] : [shown]),
    ]);
  const more = mistakes.length - MAX_TOLD;
  return new CliError(EXIT.file, `${path} is no file of rules.`, [
    ...told,
    ...(more > 0 ? [`and ${more} more`] : []),
    'The format is in docs/rules.md, its schema in docs/schemas/rules.schema.json.',
  ]);
}

/** Those that replies name, from the folder that the rules are in. */
async function filesOf(
  { rules }: UnderstoodRules,
  folder: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { reply } of rules)
    for (const name of reply?.files ?? [])
      if (!files.has(name))
        files.set(name, await contentOf(resolve(folder, name), MAX_PAYLOAD_BYTES));
  return files;
}

async function contentOf(path: string, mostBytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > mostBytes)
        throw new CliError(
          EXIT.file,
          `${path} has ${counted(size, 'byte')}; at most ${mostBytes} are read.`,
        );
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw thrown instanceof CliError ? thrown : fileError(thrown, path);
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(EXIT.file, `${path} is not text in UTF-8.`);
  }
}
