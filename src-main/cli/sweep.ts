import { type Address, formatAddress } from '../../src-shared/address/address';
import type { PeerNames } from '../../src-shared/contract/network';
import type { Outcome, Probed, SweepNews } from '../../src-shared/contract/probe';
import { Engine } from '../engine/engine';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { PrintMode } from './lines';
import { exitOf } from './outcome';
import { furtherLines, namesFor, probedJson, probedLine, type Tried } from './probe-lines';
import { onSignals, terminal } from './process';

interface SweepOptions {
  print: PrintMode;
  /** Only those that were connected are printed. */
  open?: boolean;
  /** What the system calls those that were connected is asked. */
  names?: boolean;
  quiet?: boolean;
}

const JOB = 'probe';

/** Tries each, prints it as it ends, and at the end how many there were. */
export async function sweep(
  targets: readonly Address[],
  { print, open = false, names = false, quiet = false }: SweepOptions,
): Promise<ExitCode> {
  const engine = new Engine();
  let interrupted = false;
  const stop = () => void engine.command('cancelProbe', { job: JOB });
  const stopListening = onSignals(() => {
    interrupted = true;
    stop();
  });
  const failures = new Set<ExitCode>();
  const nameOf = namer(engine, names);
  await engine.command('sweep', { targets: targets.map(formatAddress), job: JOB });
  let news: SweepNews;
  do {
    news = await engine.command('sweepNews', { job: JOB });
    for (const outcomes of groups(news.outcomes)) {
      const known = await Promise.all(outcomes.map(({ probed }) => nameOf(probed)));
      for (const [k, { n, endedAt, probed }] of outcomes.entries()) {
        if (probed.error) failures.add(exitOf(probed.error));
        const address = targets[n];
        if (address && (!open || !probed.error))
          printTried({ number: n + 1, address, endedAt, probed, known: known[k] ?? null }, print);
      }
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

/** Names are asked for so many at a time: each has its time from when it is asked for. */
const GROUP = 16;

function groups(outcomes: readonly Outcome[]): Outcome[][] {
  const count = Math.ceil(outcomes.length / GROUP);
  return Array.from({ length: count }, (_, k) => outcomes.slice(k * GROUP, (k + 1) * GROUP));
}

/** If they are wanted, asks once for each host, however many of its ports were connected. */
function namer(engine: Engine, wanted: boolean): (probed: Probed) => Promise<PeerNames | null> {
  const asked = new Map<string, Promise<PeerNames | null>>();
  return (probed) => {
    if (!wanted || probed.error !== null || probed.remote === null) return Promise.resolve(null);
    const { host } = probed.remote;
    const answer = asked.get(host) ?? namesFor(engine, probed);
    asked.set(host, answer);
    return answer;
  };
}

function printTried(tried: Tried, print: PrintMode): void {
  if (print === 'json') terminal.output.line(probedJson(tried, true));
  else if (print === 'text') {
    terminal.output.line(probedLine(tried));
    for (const line of furtherLines(tried)) terminal.output.line(`  ${line.trimStart()}`);
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
