import { counted } from '../../src-shared/counted';
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Address } from '../../src-shared/address/address';
import type { Charset } from '../../src-shared/encoding/charset';
import { compilePayload } from '../../src-shared/payload/compile-payload';
import { hostField } from '../../src-shared/payload/host-field';
import type { PayloadContext, PayloadTemplate } from '../../src-shared/payload/payload-template';
import {
  countOn,
  MAX_PAYLOAD_BYTES,
  VARIABLE_NAME,
} from '../../src-shared/payload/payload-template';
import type { PayloadError } from '../../src-shared/payload/problem';
import { pointAt } from './arguments';
import { CliError, EXIT, fileError } from './exit';

type Bytes = Uint8Array<ArrayBuffer>;

/** What `{{var NAME}}` stands for, as commander parsed it. */
export interface VariableOptions {
  var?: Map<string, string>;
}

export function addVariableOption(command: Command): Command {
  return command.option(
    '--var <name=value>',
    'what {{var NAME}} stands for; may be given several times',
    variableArgument,
  );
}

function variableArgument(text: string, all = new Map<string, string>()): Map<string, string> {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (!VARIABLE_NAME.test(name))
    throw new InvalidArgumentError('Write NAME=VALUE, such as --var user=tester.');
  return all.set(name, text.slice(at + 1));
}

interface PayloadsOf {
  texts: readonly string[];
  as: 'hex' | 'text';
  charset: Charset;
  variables: ReadonlyMap<string, string>;
  address: Address;
}

/** Payloads of `--send`, understood before anything is opened. */
export class Payloads {
  readonly #all: readonly { text: string; template: PayloadTemplate }[];
  readonly #context: PayloadContext;
  readonly #counters = new Map<string, number>();

  private constructor(
    all: readonly { text: string; template: PayloadTemplate }[],
    context: Omit<PayloadContext, 'counters'>,
  ) {
    this.#all = all;
    this.#context = { ...context, counters: this.#counters };
  }

  /** Reads the files they hold. Throws a `CliError` for what is wrong with one of them. */
  static async read({ texts, as, charset, variables, address }: PayloadsOf): Promise<Payloads> {
    const all = texts.map((text) => ({ text, template: compiled(text, as, charset) }));
    const files = new Map<string, Uint8Array>();
    for (const path of new Set(all.flatMap(({ template }) => template.files)))
      files.set(path, await contents(path));
    const payloads = new Payloads(all, {
      ...{ now: Date.now(), random: (length) => randomBytes(length), variables, files },
      ...{ hostname: hostname(), host: hostField(address), request: null },
    });
    payloads.#check();
    return payloads;
  }

  get count(): number {
    return this.#all.length;
  }

  /** Each as it is at its turn: counters go on, and the time is that of sending. */
  *bytes(): Generator<Bytes> {
    for (const { text, template } of this.#all) {
      const made = template.expand({ ...this.#context, now: Date.now() });
      if (!made.ok) throw wrong(text, made.error);
      countOn(template, this.#counters);
      yield made.bytes;
    }
  }

  /** All of them once, and the counters back to where they were. */
  #check(): void {
    for (const bytes of this.bytes()) void bytes;
    this.#counters.clear();
  }
}

/** What stands for bytes of an argument that are not UTF-8: which they were is lost. */
const LOST = '\ufffd';

function compiled(text: string, as: 'hex' | 'text', charset: Charset): PayloadTemplate {
  if (text.includes(LOST))
    throw new CliError(
      EXIT.usage,
      'The payload is no UTF-8, or holds U+FFFD, which stands for that.',
      ['Write bytes as \\xHH or with --hex, and that character as \\u{fffd}.'],
    );
  const read = compilePayload(
    { mode: as, text, escapes: true, lineEnding: 'none', charset },
    'send',
  );
  if (read.ok) return read.template;
  throw wrong(text, read.error);
}

function wrong(text: string, { code, message, at, found }: PayloadError): CliError {
  const how = code === 'not-set' ? [`Add --var ${found}=VALUE`] : [];
  return new CliError(EXIT.usage, `The payload is wrong: ${message}.`, [pointAt(text, at), ...how]);
}

async function contents(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    const { size } = found;
    // Of a device or a pipe nobody knows the end.
    if (!found.isFile() && !found.isDirectory())
      throw new CliError(EXIT.file, `${path} is no plain file.`, ['Send it with --file.']);
    if (size > MAX_PAYLOAD_BYTES)
      throw new CliError(
        EXIT.usage,
        `${path} has ${counted(size, 'byte')}; a payload has at most ${MAX_PAYLOAD_BYTES}.`,
        ['Send it with --file.'],
      );
    return await readFile(path);
  } catch (thrown) {
    throw thrown instanceof CliError ? thrown : fileError(thrown, path);
  }
}
