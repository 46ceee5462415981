import { type Address, formatAddress } from '../../src-shared/address/address';
import type { SweepNews } from '../../src-shared/contract/probe';
import { Engine } from '../engine/engine';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { PrintMode } from './lines';
import { exitOf, furtherLines, probedJson, probedLine, type Tried } from './probe-lines';
import { onSignals, terminal } from './process';

interface SweepOptions {
  print: PrintMode;
  /** Only those that were connected are printed. */
  open?: boolean;
  quiet?: boolean;
}

const JOB = 'probe';

/** Tries each, prints it as it ends, and at the end how many there were. */
export async function sweep(
  targets: readonly Address[],
  { print, open = false, quiet = false }: SweepOptions,
): Promise<ExitCode> {
  const engine = new Engine();
  let interrupted = false;
  const stop = () => void engine.command('cancelProbe', { job: JOB });
  const stopListening = onSignals(() => {
    interrupted = true;
    stop();
  });
  const failures = new Set<ExitCode>();
  await engine.command('sweep', { targets: targets.map(formatAddress), job: JOB });
  let news: SweepNews;
  do {
    news = await engine.command('sweepNews', { job: JOB });
    for (const { n, endedAt, probed } of news.outcomes) {
      if (probed.error) failures.add(exitOf(probed.error));
      const address = targets[n];
      if (address && (!open || !probed.error))
        printTried({ number: n + 1, address, endedAt, probed }, print);
    }
    // The sweep waits while nobody fetches: a slow reader of ours holds it up, and fills no memory.
    await terminal.output.room();
    if (terminal.output.gone) stop();
  } while (!news.over);
  await engine.close();
  stopListening();
  printSummary(news, print, quiet);
  if (interrupted) return EXIT.interrupted;
  const [only = EXIT.done] = failures;
  return failures.size > 1 ? EXIT.network : only;
}

function printTried(tried: Tried, print: PrintMode): void {
  if (print === 'json') terminal.output.line(probedJson(tried, true));
  else if (print === 'text') {
    terminal.output.line(probedLine(tried));
    for (const line of furtherLines(tried.probed)) terminal.output.line(`  ${line.trimStart()}`);
  }
}

/** With JSON the last line of standard output, else on standard error: it is no address. */
function printSummary(
  { done, total, open, ms, cancelled }: SweepNews,
  print: PrintMode,
  quiet: boolean,
): void {
  if (print === 'json')
    terminal.output.line(jsonLine({ event: 'summary', total, done, open, ms, cancelled }));
  if (quiet) return;
  const stopped = cancelled ? `, stopped with ${total - done} left` : '';
  terminal.tell(
    `wirebench: ${done} of ${total} tried, ${open} connected, ${(ms / 1000).toFixed(3)} s${stopped}`,
  );
}
