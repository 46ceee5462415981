import { counted } from '../../src-shared/counted';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { diffBytes, MAX_COMPARED_BYTES } from '../../src-shared/compare/byte-diff';
import { diffCounts, diffLines, diffText } from '../../src-shared/compare/diff-lines';
import { comparedText, textDiff, textDiffText } from '../../src-shared/compare/text-diff';
import type { Charset } from '../../src-shared/encoding/charset';
import { jsonLine } from '../engine/export/json-line';
import type { CaptureFiles, PartsOptions } from './capture-files';
import { captureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import { terminal } from './process';

const PER_LINE = 16;

export const COMPARED_BY = ['byte', 'line', 'word'] as const;
export type ComparedBy = (typeof COMPARED_BY)[number];

/** A row, or one of the frames that begin in it, from 1; null: there is only one. */
interface WantedRow {
  path: string;
  number: number;
  frame: number | null;
}

interface CompareOptions extends PartsOptions {
  by: ComparedBy;
  print: PrintMode;
  shape: ViewShape;
}

interface FoundRow {
  bytes: Uint8Array;
  charset: Charset;
  code: ExitCode;
}

/** What is told of two payloads. */
interface Compared {
  /** For programs, besides the rows. */
  told: object;
  /** For people. */
  text: string;
  counts: string;
  aligned: boolean;
}

/** Prints in what two payloads differ. Ends with 1 when they do, as `cmp` and `diff`. */
export async function captureCompare(
  [first, second]: readonly [WantedRow, WantedRow],
  { by, print, shape, ...of }: CompareOptions,
): Promise<ExitCode> {
  const files = captureFiles([first.path], of);
  const others = second.path === first.path ? files : captureFiles([second.path], of);
  const [a, b] = [await rowOf(files, first, shape), await rowOf(others, second, shape)];
  const { told, text, counts, aligned } = by === 'byte' ? byBytes(a, b) : byText(a, b, by);
  const same = Buffer.compare(a.bytes, b.bytes) === 0;
  const rest = [a, b].reduce((sum, { bytes }) => sum + beyond(bytes), 0);
  if (print === 'json')
    terminal.output.line(
      jsonLine({
        event: 'comparison',
        rows: [first, second].map(({ path: file, number, frame }, place) => ({
          ...{ file, number, ...(frame === null ? {} : { frame }) },
          bytes: (place === 0 ? a : b).bytes.length,
        })),
        ...{ same, by, aligned, ...told, leftOut: { a: beyond(a.bytes), b: beyond(b.bytes) } },
      }),
    );
  else {
    terminal.output.line(`- ${nameOf(first, second)}: ${counted(a.bytes.length, 'byte')}`);
    terminal.output.line(`+ ${nameOf(second, first)}: ${counted(b.bytes.length, 'byte')}`);
    for (const line of text.split('\n')) if (line !== '') terminal.output.line(line);
    terminal.output.line(counts);
  }
  if (!aligned)
    terminal.tell(
      `wirebench: they differ too much to be aligned; ${by === 'byte' ? 'compared place by place' : 'shown one after the other'}`,
    );
  if (rest > 0)
    terminal.tell(
      `wirebench: ${counted(rest, 'byte')} at the ends not aligned${same ? ', and the same' : ''}`,
    );
  if (a.code !== EXIT.done) return a.code;
  if (b.code !== EXIT.done) return b.code;
  return same ? EXIT.done : EXIT.expectation;
}

/** Rejects with the `CliError` that says what there is instead. */
async function rowOf(
  files: CaptureFiles,
  { number, frame }: WantedRow,
  shape: ViewShape,
): Promise<FoundRow> {
  const shown = await CaptureView.open(files, shape);
  try {
    await shown.whole();
    const { view, charset } = shown;
    const places: number[] = [];
    // Of frames several may begin in a row, the last of them to end much later.
    const from = view.placeFrom(number) ?? view.length;
    const end = shape.framing === undefined ? Math.min(from + 1, view.length) : view.length;
    for (let at = from; at < end; at++) if (view.places?.rowOf(at) === number - 1) places.push(at);
    const index = frame === null && places.length > 1 ? undefined : places[(frame ?? 1) - 1];
    if (index === undefined) throw missing(files, { number, frame }, places.length, shown);
    return { bytes: view.bytes(index), charset, code: shown.ended() };
  } finally {
    shown.close();
  }
}

function missing(
  { name: path, paths }: CaptureFiles,
  { number, frame }: Omit<WantedRow, 'path'>,
  frames: number,
  shown: CaptureView,
): CliError {
  const { rows } = shown.capture.state;
  const file = paths.length > 1 ? `--parts ${paths[0] ?? ''}` : path;
  const lists = `\`wirebench capture rows ${file} --print json\` shows the number of each`;
  if (number > rows)
    return new CliError(
      EXIT.usage,
      `There is no row ${number}; ${path} has ${counted(rows, 'row')}.`,
      [`${lists}.`],
    );
  if (frames === 0)
    return new CliError(EXIT.usage, `No frame begins in row ${number} of ${path}.`, [
      `${lists} with the same --framing.`,
    ]);
  const which = `${number}:1 to ${number}:${frames}`;
  return frame === null
    ? new CliError(EXIT.usage, `${frames} frames begin in row ${number}; say which: ${which}.`)
    : new CliError(EXIT.usage, `In row ${number} of ${path} there are ${which}.`);
}

function byBytes({ bytes: a }: FoundRow, { bytes: b }: FoundRow): Compared {
  const diff = diffBytes(a, b);
  const counts = diffCounts(diff);
  const { differences, changed, removed, added } = counts;
  return {
    told: { ...counts, changes: diff.changes },
    text: diffText(diffLines(a, b, diff, PER_LINE)),
    counts: `${differencesText(differences)}; bytes changed: ${changed}, removed: ${removed}, added: ${added}`,
    aligned: diff.aligned,
  };
}

function byText(a: FoundRow, b: FoundRow, by: 'line' | 'word'): Compared {
  const [textA, textB] = [a, b].map(({ bytes, charset }) =>
    comparedText(bytes.subarray(0, MAX_COMPARED_BYTES), charset),
  );
  const diff = textDiff(textA ?? '', textB ?? '', by);
  return {
    told: { differences: diff.differences, parts: diff.parts },
    text: textDiffText(diff, by),
    counts: differencesText(diff.differences),
    aligned: diff.aligned,
  };
}

function beyond({ length }: Uint8Array): number {
  return Math.max(0, length - MAX_COMPARED_BYTES);
}

function differencesText(count: number): string {
  return counted(count, 'difference');
}

/** With its file where the other is of another one. */
function nameOf({ path, number, frame }: WantedRow, other: WantedRow): string {
  const row = `row ${number}${frame === null ? '' : `:${frame}`}`;
  return path === other.path ? row : `${path} ${row}`;
}
