import { z } from 'zod';
import type { SocketId } from '../../src-shared/contract/socket';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { charsetAtHand } from '../../src-shared/encoding/load';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { decoderName } from '../../src-shared/decode/names';
import { decodersIn } from '../../src-shared/filter/decoded-field';
import { parseFilter } from '../../src-shared/filter/parse';
import { parseFraming } from '../../src-shared/framing/framing';
import { refusal } from '../../src-shared/refusal/refusal';
import type { CommandingWindow } from './attachment';
import type { RuleBook } from './automation/rule-book';
import type { Captures } from './captures';
import { CommandError } from './command-error';
import type { WiresharkEngine } from './dissect/dissector';
import type { Exports } from './export/exports';
import type { Registry } from './registry';
import type { FileSends } from './sockets/file-sends';
import type { Probes } from './sockets/probes';
import type { Session, ViewOptions } from './types';

/** What the commands work on: the engine. */
export interface Commanded {
  readonly registry: Registry;
  readonly captures: Captures;
  readonly exports: Exports;
  readonly fileSends: FileSends;
  readonly probes: Probes;
  readonly wireshark: WiresharkEngine;
  open(address: string, how: { record: 'store'; rules?: RuleBook }): SocketId;
  openCapture(paths: readonly string[]): SocketId;
  openWhole(socket: SocketId): SocketId;
  remove(socket: SocketId): void;
  close(): Promise<void>;
}

/** One command: checks its parameters, then does it. */
export type Handler = (
  engine: Commanded,
  params: unknown,
  window: CommandingWindow,
) => Promise<unknown>;

interface Spec<Params extends z.ZodType, Result extends z.ZodType> {
  params: Params;
  result: Result;
}

export function handler<Params extends z.ZodType, Result extends z.ZodType>(
  spec: Spec<Params, Result>,
  run: (
    engine: Commanded,
    params: z.infer<Params>,
    window: CommandingWindow,
  ) => z.infer<Result> | Promise<z.infer<Result>>,
): Handler {
  return async (engine, params, window) => {
    const checked = spec.params.safeParse(params);
    if (checked.success) return await run(engine, checked.data, window);
    throw new CommandError({ code: 'ERR_BAD_COMMAND', message: z.prettifyError(checked.error) });
  };
}

export function sessionOf(
  engine: Commanded,
  socket: SocketId,
): { root: SocketId; session: Session } {
  const found = engine.registry.get(socket);
  const { session } = found.recording;
  if (session) return { root: found.parent?.id ?? found.id, session };
  throw new CommandError('ERR_NOT_POSSIBLE', refusal('not-recorded', { id: socket }));
}

type Understood = Pick<ViewShape, 'filter' | 'framing' | 'encoding'> & {
  definitions?: ViewShape['definitions'] | undefined;
};

/** The packets that the display filter of a shape lets pass, if it has one. Throws without Wireshark. */
export function matchesOf(
  { wireshark }: Pick<Commanded, 'wireshark'>,
  session: Session,
  shape: ViewShape | null,
): Pick<ViewOptions, 'matches'> {
  const filter = shape?.displayFilter;
  return filter === undefined ? {} : { matches: wireshark.matches(session, filter) };
}

/** Throws what is wrong with it, in words. */
export function understand({ filter, framing, definitions, encoding = 'utf-8' }: Understood): void {
  const charset = charsetAtHand(encoding) ?? UTF8;
  const filtered = filter === undefined ? null : parseFilter(filter, charset);
  if (filtered?.ok === false) {
    const why = filtered.error.message;
    throw new CommandError('ERR_BAD_FILTER', refusal('bad-filter', { why, text: filter ?? '' }));
  }
  for (const name of filtered ? decodersIn(filtered.filter) : [])
    if (decoderName(name) === null && definitions?.every((one) => one.name !== name) !== false)
      throw new CommandError('ERR_BAD_FILTER', refusal('no-decoder', { name }));
  const framed = framing === undefined ? null : parseFraming(framing);
  if (framed?.ok === false) {
    const why = framed.error.message;
    throw new CommandError('ERR_BAD_FRAMING', refusal('bad-framing', { why, text: framing ?? '' }));
  }
}
