import type { SocketError } from '../../src-shared/contract/socket';
import { toCommandError } from '../engine/command-error';
import { explain } from './error-text';

/** What the process ends with; stable, told by `wirebench --help`. */
export const EXIT = {
  done: 0,
  expectation: 1,
  usage: 2,
  network: 3,
  timeout: 4,
  file: 5,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a sentence for the user and, under it, causes and next steps. */
export class CliError extends Error {
  readonly exit: ExitCode;
  readonly details: readonly string[];

  constructor(exit: ExitCode, message: string, details: readonly string[] = []) {
    super(message);
    this.exit = exit;
    this.details = details;
  }
}

/** What a file of the user's could not be used for. */
export function fileError(thrown: unknown, path: string): CliError {
  const error: SocketError = toCommandError(thrown).toPlain();
  const { sentence, next, raw } = explain(error, { doing: 'file', subject: path });
  return new CliError(EXIT.file, sentence, [...next, raw]);
}
