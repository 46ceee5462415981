import type { Charset } from '../encoding/charset';
import { UTF8 } from '../encoding/unicode';
import { expandParts } from './expand-parts';
import type { PayloadPart, PlacedPlaceholder } from './payload-parts';
import { payloadParts } from './payload-parts';
import type {
  CompiledPayload,
  CounterUse,
  PayloadContext,
  PayloadSource,
  PayloadSupply,
  PayloadTemplate,
  PayloadUse,
} from './payload-template';
import type { NumberSource, Placeholder } from './placeholder';
import { noFile, noHost, notSet } from './placeholder-bytes';
import type { ParsedBytes, PayloadError } from './problem';
import { dotEnded } from './text';

/**
 * Understands a payload once, to be made into bytes as often as it is sent. In hex the words of a
 * placeholder stand between two braces as in text; braces around digits are those of an array.
 * A plain `{{` in text is written `{{{{`.
 */
export function compilePayload(source: PayloadSource, use: PayloadUse): CompiledPayload {
  const read = payloadParts(source, use);
  if (!read.ok) return read;
  const placed = read.parts.flatMap((part) => (part instanceof Uint8Array ? [] : [part]));
  const differing = twoStarts(placed);
  if (differing) return { ok: false, error: differing };
  const charset = source.mode === 'text' ? (source.charset ?? UTF8) : UTF8;
  const dotted = source.mode === 'text' && source.lineEnding === 'dot' && placed.length > 0;
  return { ok: true, template: new Template({ parts: read.parts, placed, charset, dotted }) };
}

/** A text that means the same where placeholders are understood. */
export function withPlainBraces(text: string): string {
  return text.replaceAll('{{', '{{{{');
}

interface ReadPayload {
  parts: readonly PayloadPart[];
  placed: readonly PlacedPlaceholder[];
  charset: Charset;
  /** Its lines, dots and end are yet to be made those of mail. */
  dotted: boolean;
}

class Template implements PayloadTemplate {
  readonly fixed: boolean;
  readonly timed: boolean;
  readonly counters: readonly CounterUse[];
  readonly variables: readonly string[];
  readonly files: readonly string[];
  readonly #parts: readonly PayloadPart[];
  readonly #placed: readonly PlacedPlaceholder[];
  readonly #charset: Charset;
  readonly #dotted: boolean;

  constructor(read: ReadPayload) {
    const { parts, placed, charset, dotted } = read;
    this.#parts = parts;
    this.#placed = placed;
    this.#charset = charset;
    this.#dotted = dotted;
    const all = placed.flatMap(({ placeholder }) => withItsSource(placeholder));
    this.fixed = placed.length === 0;
    this.timed = all.some(({ kind }) => kind === 'now' || kind === 'unix');
    this.counters = countersOf(all);
    this.variables = unique(all.flatMap((one) => (one.kind === 'variable' ? [one.name] : [])));
    this.files = unique(all.flatMap((one) => (one.kind === 'file' ? [one.path] : [])));
  }

  lacking(supply: PayloadSupply): PayloadError | null {
    for (const one of this.#placed)
      for (const used of withItsSource(one.placeholder)) {
        const error = withoutValue(used, one, supply);
        if (error) return error;
      }
    return null;
  }

  expand(context: PayloadContext): ParsedBytes {
    const made = expandParts(this.#parts, context, this.#charset);
    return made.ok && this.#dotted ? dotEnded(made.bytes, this.#charset) : made;
  }
}

type Used = Placeholder | NumberSource;

function withItsSource(placeholder: Placeholder): Used[] {
  return placeholder.kind === 'number' ? [placeholder.value] : [placeholder];
}

function withoutValue(
  used: Used,
  place: PlacedPlaceholder,
  { files, variables, host }: PayloadSupply,
): PayloadError | null {
  if (used.kind === 'variable') return variables.has(used.name) ? null : notSet(used.name, place);
  if (used.kind === 'file') return files.has(used.path) ? null : noFile(used.path, place);
  return used.kind === 'host' && host === null ? noHost(place) : null;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function countersOf(used: readonly Used[]): CounterUse[] {
  const byName = new Map<string, CounterUse>();
  for (const one of used) if (one.kind === 'counter') byName.set(one.counter.name, one.counter);
  return [...byName.values()];
}

/** A counter has one value in a payload, so it cannot begin with two. */
function twoStarts(placed: readonly PlacedPlaceholder[]): PayloadError | null {
  const byName = new Map<string, CounterUse>();
  for (const { placeholder, at, found } of placed)
    for (const one of withItsSource(placeholder)) {
      if (one.kind !== 'counter') continue;
      const { name, start, step } = one.counter;
      const known = byName.get(name);
      if (known && (known.start !== start || known.step !== step)) {
        const message = `Before, this counter is from ${known.start} step ${known.step}; write the same here, or give it a name of its own`;
        return { code: 'two-starts', at, found, message };
      }
      byName.set(name, one.counter);
    }
  return null;
}
