import { parseAddress, type Address } from '../../src-shared/address/address';
import { generateCode } from '../../src-shared/code/generate';
import {
  MAX_CODE_BYTES,
  type CodeLanguage,
  type CodeStep,
  type GeneratedCode,
} from '../../src-shared/code/plan';
import type { Row } from '../../src-shared/contract/row';
import { MAX_ROWS } from '../../src-shared/contract/row-words';
import type { SocketInfo } from '../../src-shared/contract/socket';
import type { Commands } from './engine-client';
import type { LogView } from './log-view.svelte';

/** What the code does once it is open. */
export type CodeContent = 'nothing' | 'composer' | 'rows';

/** So many turns are a program that can be read. */
const MAX_CODE_ROWS = 200;

/** The address of the code: as it was opened, with the port that was really given. */
function codeAddress(root: SocketInfo): Address | null {
  const parsed = parseAddress(root.address);
  if (!parsed.ok) return null;
  const { address } = parsed;
  return address.port === 0 && root.local !== null
    ? { ...address, port: root.local.port }
    : address;
}

export function codeFor(
  root: SocketInfo,
  steps: readonly CodeStep[],
  language: CodeLanguage,
): GeneratedCode | null {
  const address = codeAddress(root);
  return address === null ? null : generateCode({ address, steps, language });
}

/** Selected rows as turns: what we sent is sent, what came is expected. */
export async function stepsOfRows(
  engine: Pick<Commands, 'command'>,
  view: Pick<LogView, 'id' | 'selection'>,
): Promise<{ steps: CodeStep[]; cut: boolean }> {
  const wanted = view.selection.indexes(MAX_CODE_ROWS);
  if (wanted.length === 0) return { steps: [], cut: false };
  const rows = await rowsOf(engine, view.id, wanted);
  const data = rows.filter(({ direction }) => direction === 'in' || direction === 'out');
  let sum = 0;
  const kept = data.filter(({ lengthBytes }) => (sum += lengthBytes) <= MAX_CODE_BYTES);
  const indexes = kept.map(({ index }) => index);
  const { chunks, truncated } =
    indexes.length === 0
      ? { chunks: [], truncated: false }
      : await engine.command('rowBytes', { view: view.id, indexes });
  const steps = chunks.map((bytes, n): CodeStep => {
    return { kind: kept[n]?.direction === 'in' ? 'expect' : 'send', bytes };
  });
  const cut = truncated || kept.length < data.length || view.selection.count > wanted.length;
  return { steps, cut };
}

/** The rows with these indexes, which are in order, in as few questions as there are gaps of a page. */
async function rowsOf(
  engine: Pick<Commands, 'command'>,
  view: string,
  indexes: readonly number[],
): Promise<Row[]> {
  const found: Row[] = [];
  const wanted = new Set(indexes);
  let next = 0;
  for (const index of indexes) {
    if (index < next) continue;
    const { rows } = await engine.command('rows', { view, from: index, count: MAX_ROWS });
    found.push(...rows.filter((row) => wanted.has(row.index)));
    next = index + MAX_ROWS;
  }
  return found;
}
