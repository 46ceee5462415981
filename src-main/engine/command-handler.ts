import { z } from 'zod';
import type { SocketId } from '../../src-shared/contract/socket';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { parseFilter } from '../../src-shared/filter/parse';
import { parseFraming } from '../../src-shared/framing/framing';
import type { CommandingWindow } from './attachment';
import type { Captures } from './captures';
import { CommandError } from './command-error';
import type { Exports } from './export/exports';
import type { Registry } from './registry';
import type { Session } from './types';

/** What the commands work on: the engine. */
export interface Commanded {
  readonly registry: Registry;
  readonly captures: Captures;
  readonly exports: Exports;
  open(address: string, how: { record: 'store' }): SocketId;
  openCapture(path: string, name?: string): SocketId;
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
    throw new CommandError('ERR_BAD_COMMAND', z.prettifyError(checked.error));
  };
}

export function sessionOf(
  engine: Commanded,
  socket: SocketId,
): { root: SocketId; session: Session } {
  const found = engine.registry.get(socket);
  const { session } = found.recording;
  if (session) return { root: found.parent?.id ?? found.id, session };
  throw new CommandError('ERR_NOT_POSSIBLE', `Socket ${socket} is not recorded`);
}

/** Throws what is wrong with it, in words. */
export function understand({ filter, framing }: ViewShape): void {
  const filtered = filter === undefined ? null : parseFilter(filter);
  if (filtered?.ok === false) throw new CommandError('ERR_BAD_FILTER', filtered.error.message);
  const framed = framing === undefined ? null : parseFraming(framing);
  if (framed?.ok === false) throw new CommandError('ERR_BAD_FRAMING', framed.error.message);
}
