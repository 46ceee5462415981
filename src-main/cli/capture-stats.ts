import type { Statistics, StatisticsOptions } from '../../src-shared/contract/statistics';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { bucketLines, latencyLines, statisticsLines } from './capture-stats-text';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { statisticsJson } from './capture-stats-json';
import { openCapture, tellDamage } from './open-capture';
import { safeText } from './lines';
import type { PrintMode } from './lines';
import { terminal } from './process';

interface CaptureStatsOptions {
  print: PrintMode;
  shape: ViewShape;
  options: StatisticsOptions;
}

/** Adds up the messages of a capture, as big as it may be, and prints what they come to. */
export async function captureStats(path: string, asked: CaptureStatsOptions): Promise<ExitCode> {
  const { print, shape, options } = asked;
  let wake: () => void = () => undefined;
  const onChange = () => {
    wake();
  };
  const capture = openCapture(path, onChange);
  const derived = shape.filter !== undefined || shape.framing !== undefined;
  const view = derived ? capture.view(null, { shape, onChange }) : capture.view(null);
  const running = view.statistics({ options, onChange });
  while (running.scanning.problem === null && !running.scanning.done) {
    const woken = new Promise<void>((resolve) => (wake = resolve));
    running.refresh();
    await woken;
  }
  const { latest, scanning } = running;
  running.close();
  view.close?.();
  capture.close();
  if (scanning.problem) throw new CliError(EXIT.usage, scanning.problem.message);
  if (latest) {
    tellWider(options, latest);
    const lines =
      print === 'json' ? statisticsJson(path, latest, options) : text(path, latest, options);
    for (const line of lines) {
      if (terminal.output.gone) return EXIT.done;
      terminal.output.line(line);
      await terminal.output.room();
    }
  }
  return terminal.output.gone ? EXIT.done : tellDamage(capture.state.damage, path);
}

/** Sums are exact whatever the width; a user who asked for another one is told. */
function tellWider({ bucketMs }: StatisticsOptions, { timeline }: Statistics): void {
  if (bucketMs === null || timeline.widthMs <= bucketMs) return;
  terminal.tell(
    `wirebench: stretches of ${bucketMs} ms would be too many; they are ${timeline.widthMs} ms long.`,
  );
}

function text(path: string, found: Statistics, { pairing, bucketMs }: StatisticsOptions): string[] {
  return [
    safeText(path),
    ...statisticsLines(found),
    ...(found.latency && pairing ? ['', ...latencyLines(found.latency, pairing)] : []),
    ...(bucketMs === null ? [] : ['', ...bucketLines(found)]),
  ];
}
