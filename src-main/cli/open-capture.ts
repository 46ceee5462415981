import type { CaptureState } from '../../src-shared/contract/socket';
import type { OpenedCapture } from '../engine/capture/reading/capture-file';
import { openCaptureFile } from '../engine/capture/reading/capture-file';
import type { CaptureFiles } from './capture-files';
import type { ExitCode } from './exit';
import { EXIT, fileError } from './exit';
import { marksFolder } from './marks-folder';
import { terminal } from './process';

/** The socket number that stands for the file; its flows follow. */
const FILE_SOCKET = 1;

/** Opens a capture with its marks; it reads on by itself. Throws the `CliError` that says why it cannot. */
export function openCapture(
  { name, paths }: CaptureFiles,
  onChange: () => void = () => undefined,
): OpenedCapture {
  let last = FILE_SOCKET;
  try {
    const capture = openCaptureFile(paths, {
      rootSocket: FILE_SOCKET,
      allocateSocket: () => ++last,
      onChange,
    });
    marksFolder().keep(capture, ({ message }) => {
      terminal.tell(`wirebench: ${message}`);
    });
    return capture;
  } catch (thrown) {
    throw fileError(thrown, name);
  }
}

/** Says what is wrong with a file that was read to its end or to its damage. */
export function tellDamage(
  damage: CaptureState['damage'],
  { name: path, paths }: CaptureFiles,
): ExitCode {
  if (!damage) return EXIT.done;
  terminal.tell(`wirebench: ${path}: ${damage.message}`);
  // Each file by itself.
  if (paths.length > 1)
    terminal.tell(`  \`wirebench capture recover FILE OUT\` makes a clean file of a part.`);
  else
    terminal.tell(
      `  What comes before is whole. \`wirebench capture recover ${path} OUT\` makes a clean file of it.`,
    );
  // A cut tail is what every crash leaves; damage is a file that cannot be trusted.
  return damage.kind === 'cut' ? EXIT.done : EXIT.file;
}
