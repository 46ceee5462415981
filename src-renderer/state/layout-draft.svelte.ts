import type { Definition, Proto } from '../../src-shared/contract/definition';
import { DEFINITION_VERSION, definition } from '../../src-shared/contract/definition';
import { schemaFault } from '../../src-shared/contract/definition-words';
import type { DefinitionProblem } from '../../src-shared/decode/definitions/read-definition';
import { readDefinition } from '../../src-shared/decode/definitions/read-definition';

/** What is typed makes a definition, or what is wrong with it and where in the text. */
export type DraftReading =
  { ok: true; definition: Definition } | { ok: false; problems: readonly DefinitionProblem[] };

const NEW_FIELDS = `[
  { "type": "u8", "name": "kind" },
  { "type": "u16", "name": "value" },
  { "type": "bytes", "name": "data", "length": "rest" }
]`;

/** What stands in the form of a definition. */
type Written = Pick<LayoutDraft, 'name' | 'about' | 'label' | 'endian' | 'text' | 'message'>;

/** A draft put away, to go on with later. */
export interface KeptDraft {
  of: Definition | null;
  replaces: string | null;
  written: Written;
}

/** A definition while it is written: what stands for all of it in a form, its fields as text. */
export class LayoutDraft {
  readonly kind: Definition['kind'];
  /** What it is called in the store; null: it is new. */
  readonly replaces: string | null;
  name = $state('');
  about = $state('');
  label = $state('');
  endian = $state<'big' | 'little'>('big');
  /** The fields as JSON, or the first `.proto`. */
  text = $state('');
  message = $state('');
  readonly #of: Definition | null;
  readonly #others: Proto['files'];
  readonly #file: string;
  readonly #before: string;
  readonly reading: DraftReading = $derived.by(() => this.#read());

  /** Of one there is, or a new one of its kind; `written`: of before, to go on with. */
  constructor(of: Definition | null, replaces: string | null, written: Written | null = null) {
    this.#of = of;
    this.kind = of?.kind ?? 'layout';
    this.replaces = replaces;
    this.name = of?.name ?? '';
    this.about = of?.about ?? '';
    this.#others = of?.kind === 'proto' ? of.files.slice(1) : [];
    this.#file = of?.kind === 'proto' ? (of.files[0]?.name ?? '') : '';
    if (of?.kind === 'proto') {
      this.text = of.files[0]?.text ?? '';
      this.message = of.message;
    } else {
      this.label = of?.label ?? '';
      this.endian = of?.endian ?? 'big';
      this.text = of === null ? NEW_FIELDS : fieldsText(of.fields);
    }
    this.#before = this.#state();
    if (written !== null) Object.assign(this, written);
  }

  /** Something was changed since it was begun. */
  get changed(): boolean {
    return this.#state() !== this.#before;
  }

  get kept(): KeptDraft {
    return { of: this.#of, replaces: this.replaces, written: this.#written };
  }

  /** The files of a Protobuf definition as they are now. */
  get files(): Proto['files'] {
    return [{ name: this.#file, text: this.text }, ...this.#others];
  }

  get #written(): Written {
    const { name, about, label, endian, text, message } = this;
    return { name, about, label, endian, text, message };
  }

  #state(): string {
    return JSON.stringify(this.#written);
  }

  #read(): DraftReading {
    const about = this.about.trim() === '' ? {} : { about: this.about.trim() };
    const head = { version: DEFINITION_VERSION, kind: this.kind, name: this.name.trim(), ...about };
    if (this.kind === 'proto') {
      const made = definition.safeParse({ ...head, message: this.message, files: this.files });
      if (made.success) return { ok: true, definition: made.data };
      return {
        ok: false,
        problems: made.error.issues.map(({ message }) => ({ ...START, ...schemaFault(message) })),
      };
    }
    const label = this.label.trim() === '' ? {} : { label: this.label.trim() };
    const endian = this.endian === 'big' ? {} : { endian: this.endian };
    // All but the fields stand in one line before them, so that places are those in the text.
    const before = JSON.stringify({ ...head, ...endian, ...label }).slice(0, -1);
    const read = readDefinition(`${before},"fields":\n${this.text}\n}`);
    if (read.ok) return read;
    return {
      ok: false,
      problems: read.problems.map((problem) =>
        problem.line > 1 ? { ...problem, line: problem.line - 1 } : { ...problem, line: 0 },
      ),
    };
  }
}

/** Not a place in the text: it is about the form. */
const START = { line: 0, column: 0 };

/** One field a line where it has none in it, as people write them. */
function fieldsText(fields: readonly unknown[]): string {
  const written = (value: unknown, indent: string): string => {
    const line = spaced(value);
    if (line.length + indent.length <= 88 || typeof value !== 'object' || value === null)
      return line;
    const deeper = `${indent}  `;
    const parts = Array.isArray(value)
      ? value.map((one) => written(one, deeper))
      : Object.entries(value).map(
          ([key, one]) => `${JSON.stringify(key)}: ${written(one, deeper)}`,
        );
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
    return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
  };
  const lines = fields.map((field) => `  ${written(field, '  ')}`);
  return `[\n${lines.join(',\n')}\n]`;
}

/** In one line, with spaces after colons and commas. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
