import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';
import type { Definition } from '../src-shared/contract/definition';
import { protoOf } from '../src-shared/decode/definitions/proto-imports';
import { formatDefinition } from '../src-shared/decode/definitions/read-definition';
import { writeFileAtomically } from './atomic-file';
import type { DefinitionFileProblem } from '../src-shared/contract/definition-commands';
import { refusal } from '../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import type { Handlers } from './commands';
import {
  DEFINITION_SUFFIX,
  type DefinitionStore,
  problemOf,
  readDefinitionFile,
  textOf,
} from './definitions';
import type { Texts } from './texts';

/** Folders from that of a `.proto` up in which what it imports is looked for. */
const MAX_FOLDERS_UP = 5;

interface Parts {
  readonly window: BrowserWindow;
  readonly definitions: DefinitionStore;
  readonly texts: () => Texts;
}

type DefinitionCommand =
  'definitions' | 'saveDefinition' | 'deleteDefinition' | 'importDefinitions' | 'exportDefinition';

/** What main does for the decoders that the user describes. */
export function definitionHandlers(parts: Parts): Pick<Handlers, DefinitionCommand> {
  const { definitions } = parts;
  return {
    definitions: () => definitions.list(),
    saveDefinition: async ({ definition, replaces }) => {
      await definitions.save(definition, replaces);
      return {};
    },
    deleteDefinition: async ({ name }) => {
      await definitions.remove(name);
      return {};
    },
    importDefinitions: async () => importDefinitions(definitions, await pick(parts)),
    exportDefinition: async ({ name }) => ({ path: await exportDefinition(parts, name) }),
  };
}

async function pick({ window, texts }: Parts): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: texts().importDecoders,
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: texts().decoderFiles, extensions: ['json', 'proto'] }],
  });
  return canceled ? [] : filePaths;
}

/** What cannot be read is told and does not hold up the rest. */
async function importDefinitions(store: DefinitionStore, paths: readonly string[]) {
  const imported: Definition[] = [];
  const problems: Omit<DefinitionFileProblem, 'movedTo'>[] = [];
  const taken = new Set((await store.list()).definitions.map(({ name }) => name.toLowerCase()));
  for (const file of paths) {
    try {
      const read =
        extname(file) === '.proto' ? await protoAt(file) : await readDefinitionFile(file);
      const definition = { ...read, name: freeName(read.name, taken) };
      await store.save(definition);
      taken.add(definition.name.toLowerCase());
      imported.push(definition);
    } catch (error) {
      problems.push({ file, ...problemOf(error) });
    }
  }
  return { imported, problems };
}

/** With the files it imports, from its own folder or one above it. */
async function protoAt(path: string): Promise<Definition> {
  const first = { name: basename(path), text: await textOf(path) };
  return protoOf(first, '', (name) => {
    let folder = dirname(path);
    for (let up = 0; up < MAX_FOLDERS_UP; up++, folder = dirname(folder)) {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        // It may stand further up, where the paths of imports begin.
      }
    }
    return null;
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name.slice(0, 60)}-${n}`;
  return free;
}

async function exportDefinition({ window, definitions, texts }: Parts, name: string) {
  const found = (await definitions.list()).definitions.find((one) => one.name === name);
  if (!found) throw new CommandError('ENOENT', refusal('decoder-gone', { name }));
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: texts().exportDecoder,
    defaultPath: name + DEFINITION_SUFFIX,
  });
  if (canceled || filePath === '') return null;
  await writeFileAtomically(filePath, formatDefinition(found));
  return filePath;
}
