import type { Statistics, StatisticsOptions } from '../../src-shared/contract/statistics';
import { filtersIn } from '../../src-shared/statistics/pairing-rule';
import { bucketLines, latencyLines, statisticsLines } from './capture-stats-text';
import type { CaptureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import { statisticsJson } from './capture-stats-json';
import type { PrintMode } from './lines';
import { terminal } from './process';
import type { Shown } from './shown';
import { namedIn } from './shown';

interface CaptureStatsOptions extends Shown {
  print: PrintMode;
  options: StatisticsOptions;
}

/** Adds up the messages of a capture, as big as it may be, and prints what they come to. */
export async function captureStats(
  files: CaptureFiles,
  asked: CaptureStatsOptions,
): Promise<ExitCode> {
  const { print, shape, options } = asked;
  const shown = await CaptureView.open(files, shape);
  const definitions = filtersIn(options.pairing).flatMap((filter) =>
    namedIn(filter, asked.definitions),
  );
  const latest = await shown.sums(options, definitions).finally(() => {
    shown.close();
  });
  if (latest) {
    tellWider(options, latest);
    const lines =
      print === 'json'
        ? statisticsJson(files.name, latest, options)
        : text(files.name, latest, options);
    for (const line of lines) {
      if (terminal.output.gone) return EXIT.done;
      terminal.output.line(line);
      await terminal.output.room();
    }
  }
  return terminal.output.gone ? EXIT.done : shown.ended();
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
    path,
    ...statisticsLines(found),
    ...(found.latency && pairing ? ['', ...latencyLines(found.latency, pairing)] : []),
    ...(bucketMs === null ? [] : ['', ...bucketLines(found)]),
  ];
}
