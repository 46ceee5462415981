import { plainLines, plainText } from '../../src-shared/payload/plain-text';
import { Output } from './output';
import { EXIT } from './exit';
import type { ExitCode } from './exit';
import { Session } from './session';
import type { Console, SessionOptions } from './session-options';
import { StatusLine } from './status-line';

const status = new StatusLine(process.stderr);

/** Standard output and standard error of this process. */
export const terminal: Console = {
  output: new Output(process.stdout),
  status,
  tell(line) {
    if (line === '') return;
    status.clear();
    process.stderr.write(`${plainText(line)}\n`);
  },
};
// They may be one and the same terminal.
terminal.output.beforeWrite = () => {
  status.clear();
};

/** Several lines on standard error, such as a stack or a help text. */
export function tellLines(text: string): void {
  process.stderr.write(`${plainLines(text)}\n`);
}

// Who closes our standard error wants to hear no more; that is no reason to end.
process.stderr.on('error', () => undefined);

/** Runs one session with the signals of the process; `feed` sends, once it is open. */
export async function withSession(
  options: SessionOptions,
  feed?: (session: Session) => Promise<void>,
): Promise<ExitCode> {
  const session = new Session(options, terminal);
  // Before the process reports our bug and ends, or is ended at once.
  const save = () => {
    session.closeCaptures();
  };
  const stopListening = onSignals(() => {
    session.stop('interrupted');
  }, save);
  process.prependListener('uncaughtException', save);
  const done = session.run();
  if (feed) {
    void session.whenOpen
      .then(() => (session.isOver ? undefined : feed(session)))
      .catch((thrown: unknown) => {
        session.fail(thrown);
      });
  }
  const code = await done;
  process.off('uncaughtException', save);
  stopListening();
  return code;
}

/** The first signal ends in good order, a second one at once, after `last`. */
export function onSignals(stop: () => void, last: () => void = () => undefined): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let stopping = false;
  function received(signal: NodeJS.Signals): void {
    if (stopping) {
      last();
      for (const each of signals) process.off(each, received);
      process.kill(process.pid, signal);
      return;
    }
    stopping = true;
    stop();
  }
  for (const signal of signals) process.on(signal, received);
  return () => {
    // Still caught while standard output drains, or a second signal would not end the process.
    stopping = true;
  };
}

/** Waits until all output has gone out, then ends: standard input may still be open. */
export async function leave(code: ExitCode): Promise<never> {
  await terminal.output.flushed();
  const { problem } = terminal.output;
  if (problem) {
    terminal.tell('wirebench: Standard output took no more: what follows is missing there.');
    terminal.tell(`  ${problem.message}`);
  }
  await new Promise<void>((resolve) => {
    process.stderr.write('', () => {
      resolve();
    });
  });
  process.exit(problem && code === EXIT.done ? EXIT.file : code);
}
