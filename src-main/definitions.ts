import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { definition, type Definition } from '../src-shared/contract/definition';
import type {
  DefinitionFileProblem,
  DefinitionReason,
} from '../src-shared/contract/definition-commands';
import { definitionFault, type DefinitionFault } from '../src-shared/contract/definition-words';
import { formatDefinition, readDefinition } from '../src-shared/decode/definitions/read-definition';
import { decoderName } from '../src-shared/decode/names';
import { refusal } from '../src-shared/refusal/refusal';
import { fileStamp, writeFileAtomically } from './atomic-file';
import { causeOf, CommandError, messageOf, systemCode } from './command-error';
import { folderFileName } from './profile-file';

export const DEFINITION_SUFFIX = '.wirebench-decoder.json';
const SCHEMA_URL = 'https://wirebench.example/schemas/decoder.schema.json';
const MAX_MIB = 5;

export interface DefinitionList {
  definitions: Definition[];
  problems: DefinitionFileProblem[];
}

/** Why a file is no definition. */
class DefinitionFileError extends Error {
  readonly reason: DefinitionReason;

  constructor({ code, values, message }: DefinitionFault, place: DefinitionReason['place'] = null) {
    super(place ? `line ${place.line}, column ${place.column}: ${message}` : message);
    this.name = 'DefinitionFileError';
    this.reason = { code, values, place };
  }
}

/** The published JSON Schema of a definition: docs/schemas/decoder.schema.json. */
export function definitionSchema(): object {
  return { $id: SCHEMA_URL, title: 'Wirebench decoder', ...z.toJSONSchema(definition) };
}

/** Rejects with a DefinitionFileError for the user, or the system's error. */
export async function readDefinitionFile(path: string): Promise<Definition> {
  const read = readDefinition(await textOf(path));
  if (read.ok) return read.definition;
  const [first] = read.problems;
  const { line, column, ...fault } = first ?? {
    ...definitionFault('json-empty'),
    line: 1,
    column: 1,
  };
  throw new DefinitionFileError(fault, read.newer || line < 1 ? null : { line, column });
}

/** A text of the user's choice, of a size that is no mistake. */
export async function textOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new DefinitionFileError(definitionFault('file-kind'));
    if (about.size > MAX_MIB * 1024 ** 2)
      throw new DefinitionFileError(definitionFault('file-size', { most: String(MAX_MIB) }));
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } catch (error) {
    if (error instanceof TypeError) throw new DefinitionFileError(definitionFault('file-text'));
    throw error;
  } finally {
    await file.close();
  }
}

/** What is told of a file that could not be read. */
export function problemOf(error: unknown): Pick<DefinitionFileProblem, 'message' | 'reason'> {
  const reason = error instanceof DefinitionFileError ? error.reason : undefined;
  return { message: messageOf(error), ...(reason ? { reason } : {}) };
}

/** As they are told apart: a name is one whatever its case, as some systems' files are. */
function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The decoders that the user has described: one file each in `folder`, called by their names. */
export class DefinitionStore {
  readonly #folder: string;
  /** Changes one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All that can be read, by name. A damaged file is set aside and told. Never rejects. */
  list(): Promise<DefinitionList> {
    return this.#inTurn(() => this.#list());
  }

  /** Rejects with a CommandError; what was there stays. */
  save(definition: Definition, replaces: string | null = null): Promise<void> {
    return this.#inTurn(async () => {
      const { name } = definition;
      if (decoderName(keyOf(name)) !== null)
        throw new CommandError('EEXIST', refusal('decoder-built-in', { name }));
      const isSame = replaces !== null && keyOf(replaces) === keyOf(name);
      const { definitions } = await this.#list();
      if (!isSame && definitions.some((one) => keyOf(one.name) === keyOf(name)))
        throw new CommandError('EEXIST', refusal('decoder-taken', { name }));
      await this.#doing('decoder-unsaved', name, async () => {
        await writeFileAtomically(this.#path(name), formatDefinition(definition));
        if (replaces !== null && !isSame) await rm(this.#path(replaces), { force: true });
      });
    });
  }

  /** Deleting what is not there is no failure. Rejects with a CommandError. */
  remove(name: string): Promise<void> {
    return this.#inTurn(() =>
      this.#doing('decoder-undeleted', name, () => rm(this.#path(name), { force: true })),
    );
  }

  #path(name: string): string {
    return join(this.#folder, folderFileName(keyOf(name)) + DEFINITION_SUFFIX);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined); // Told to whoever asked for it.
    return done;
  }

  async #doing(
    failed: 'decoder-unsaved' | 'decoder-undeleted',
    name: string,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const code = systemCode(cause) ?? 'not-saved';
      throw new CommandError(code, refusal(failed, { name, ...causeOf(cause) }), { cause });
    }
  }

  async #list(): Promise<DefinitionList> {
    const list: DefinitionList = { definitions: [], problems: [] };
    for (const name of await this.#names(list.problems)) {
      const file = join(this.#folder, name);
      try {
        list.definitions.push(await readDefinitionFile(file));
      } catch (error) {
        if (systemCode(error) === 'ENOENT') continue; // Deleted by another process since.
        list.problems.push(await this.#problem(file, error));
      }
    }
    list.definitions.sort((a, b) => a.name.localeCompare(b.name));
    return list;
  }

  async #problem(file: string, error: unknown): Promise<DefinitionFileProblem> {
    const problem: DefinitionFileProblem = { file, movedTo: null, ...problemOf(error) };
    if (problem.reason === undefined || problem.reason.code === 'newer') return problem;
    const aside = `${file}.corrupt-${fileStamp(Date.now())}`;
    try {
      await rename(file, aside);
      problem.movedTo = aside;
    } catch (failure) {
      problem.message += ` It could not be set aside: ${messageOf(failure)}`;
    }
    return problem;
  }

  async #names(problems: DefinitionFileProblem[]): Promise<string[]> {
    try {
      const names = await readdir(this.#folder);
      return names
        .filter((name) => name.endsWith(DEFINITION_SUFFIX) && !name.startsWith('.'))
        .sort();
    } catch (error) {
      if (systemCode(error) !== 'ENOENT')
        problems.push({ file: this.#folder, movedTo: null, message: messageOf(error) });
      return [];
    }
  }
}
