import { counted } from '../../src-shared/counted';
import { recoverCapture, recoverCaptureTo } from '../engine/capture/store/recover';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { EXIT, fileError } from './exit';
import type { PrintMode } from './lines';
import { terminal } from './process';

/** Cuts what a crash left behind the last whole block and closes the capture. */
export async function captureRecover(
  path: string,
  out: string | null,
  print: PrintMode,
): Promise<ExitCode> {
  try {
    const { cutBytes } = await (out === null ? recoverCapture(path) : recoverCaptureTo(path, out));
    const file = out ?? path;
    if (print === 'json') terminal.output.line(jsonLine({ file, cutBytes }));
    else
      terminal.output.line(
        cutBytes === 0
          ? `${file} is whole; nothing had to be left out`
          : `${file} is whole, without ${counted(cutBytes, 'byte')} of an unfinished block`,
      );
    return EXIT.done;
  } catch (thrown) {
    throw fileError(thrown, out ?? path);
  }
}
