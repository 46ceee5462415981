import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The thread that looks through captures, as the command line's build has it: made before the tests run. */
export const thread = pathToFileURL(resolve(import.meta.dirname, '../../out/cli/view-thread.js'));
