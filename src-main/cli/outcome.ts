import type { SocketError } from '../../src-shared/contract/socket';
import type { ConditionMet } from './conditions';
import { EXIT } from './exit';
import type { ExitCode } from './exit';

/** Why a session ended; the first reason counts. */
export type Reason = ConditionMet | 'closed' | 'interrupted' | 'gone';

export interface Outcome {
  reason: Reason;
  /** It had not come so far as to be open. */
  wasOpening: boolean;
  /** What closed the root, when it did not close in good order. */
  error: SocketError | null;
  /** There was an `--expect`. */
  expects: boolean;
  /** Something could not be sent or recorded. */
  sendFailed: boolean;
  recordFailed: boolean;
  /** An expression took too long: not all that was asked for was printed. */
  gaveUp: boolean;
}

/** What ends a command for what failed. */
export function exitOf({ code, syscall }: SocketError): ExitCode {
  if (code === 'ETIMEDOUT' || code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return EXIT.timeout;
  // Of TLS: a file or an option of ours, and the peer met nothing of it.
  return syscall === 'prepare' ? EXIT.file : EXIT.network;
}

/** The table of exit codes. */
export function exitCodeOf(outcome: Outcome): ExitCode {
  const { reason, wasOpening, error, expects, sendFailed, recordFailed, gaveUp } = outcome;
  switch (reason) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'timeout':
      return expects && !wasOpening ? EXIT.expectation : EXIT.timeout;
    case 'closed':
      if (error) return exitOf(error);
      if (expects) return EXIT.expectation;
      break;
    case 'count':
    case 'idle':
    case 'duration':
      if (expects) return EXIT.expectation;
      break;
    case 'matched':
    case 'gone':
      break;
    default:
      return reason satisfies never;
  }
  if (sendFailed) return EXIT.network;
  if (recordFailed) return EXIT.file;
  return gaveUp ? EXIT.usage : EXIT.done;
}

/** What is said of an end that no error of the system explains. */
export function endText({ reason, wasOpening, expects }: Outcome): string | null {
  if (reason === 'interrupted' || reason === 'gone' || reason === 'matched') return null;
  if (reason === 'timeout' && (wasOpening || !expects))
    return 'The time given with --timeout ran out.';
  return expects ? 'What was expected did not come.' : null;
}
