import protobuf from 'protobufjs';
import type { Proto } from '../../contract/definition';

/*
 * Only the parser of protobufjs and the types it makes are used, never its own decoding: that is code
 * made at run time, which the window's policy forbids.
 */

/** What is wrong with a `.proto`, for the user; `line` from 1, 0: not known. */
interface ProtoProblem {
  file: string;
  line: number;
  message: string;
}

export type ReadProto = { ok: true; types: ProtoTypes } | { ok: false; problem: ProtoProblem };

/** The messages of some `.proto` files. */
class ProtoTypes {
  readonly #root: protobuf.Root;
  /** Full names without the dot before them, those of the first file first. */
  readonly messages: readonly string[];

  constructor(root: protobuf.Root, messages: readonly string[]) {
    this.#root = root;
    this.messages = messages;
  }

  /** By its full name, or by its own where only one has it. */
  find(name: string): protobuf.Type | null {
    const full = this.messages.find((one) => one === name);
    const short = this.messages.filter((one) => one.endsWith(`.${name}`));
    const found = full ?? (short.length === 1 ? short[0] : undefined);
    return found === undefined ? null : this.#root.lookupType(`.${found}`);
  }
}

/** Understands the files of a definition: the first, and those it imports. Never throws. */
export function readProto(files: Proto['files']): ReadProto {
  const root = new protobuf.Root();
  const read = new Set<string>();
  const wanted = files[0] ? [files[0].name] : [];
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    const key = name;
    if (read.has(key)) continue;
    read.add(key);
    const file =
      files.find((one) => one.name === key) ?? files.find((one) => isTail(key, one.name));
    const wellKnown = file ? null : protobuf.common.get(key);
    if (wellKnown?.nested) root.addJSON(wellKnown.nested);
    if (wellKnown) continue;
    if (!file)
      return failed(key, 0, `The file “${key}” is imported and not here; choose it as well`);
    try {
      const { imports = [], weakImports = [] } = protobuf.parse(file.text, root, {
        keepCase: true,
      });
      wanted.push(...imports, ...weakImports);
    } catch (thrown) {
      return failedWith(file.name, thrown);
    }
  }
  return resolved(root, files);
}

/** A path may be given from another folder than it is imported from. */
function isTail(wanted: string, given: string): boolean {
  return given.endsWith(`/${wanted}`) || wanted.endsWith(`/${given}`);
}

function resolved(root: protobuf.Root, files: Proto['files']): ReadProto {
  try {
    root.resolveAll();
  } catch (thrown) {
    return failedWith(files[0]?.name ?? '', thrown);
  }
  const messages: string[] = [];
  const walk = (space: protobuf.NamespaceBase): void => {
    for (const inner of space.nestedArray) {
      if (inner instanceof protobuf.Type) messages.push(inner.fullName.slice(1));
      if (inner instanceof protobuf.Namespace) walk(inner);
    }
  };
  walk(root);
  if (messages.length === 0)
    return failed(files[0]?.name ?? '', 0, 'There is no message in these files');
  const own = (name: string) => (name.startsWith('google.protobuf.') ? 1 : 0);
  return {
    ok: true,
    types: new ProtoTypes(
      root,
      messages.sort((a, b) => own(a) - own(b)),
    ),
  };
}

function failedWith(file: string, thrown: unknown): ReadProto {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  // The parser has no other way of telling where it is.
  const line = Number(/\bline (\d+)\)$/.exec(text)?.[1] ?? 0);
  return failed(file, line, text);
}

function failed(file: string, line: number, message: string): ReadProto {
  return { ok: false, problem: { file, line, message } };
}
