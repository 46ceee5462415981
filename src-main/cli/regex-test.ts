import { Script, createContext } from 'node:vm';
import type { RegexTest } from '../../src-shared/payload/pattern';
import { CliError, EXIT } from './exit';

/** A sensible expression takes a few ms on the 64 KiB it sees. */
const LIMIT_MS = 250;

const RUN = new Script(
  `{ const regex = new RegExp(source, flags); regex.lastIndex = lastIndex; regex.test(text); }`,
);

/**
 * Runs a user's expression where it can be stopped: JavaScript's engine backtracks, and bytes from
 * the network could otherwise hold the process for ever (Node docs: `vm`, option `timeout`).
 */
export const boundedRegexTest: RegexTest = (source, flags, text, lastIndex) => {
  try {
    const context = createContext({ source, flags, text, lastIndex });
    return RUN.runInContext(context, { timeout: LIMIT_MS }) === true;
  } catch (thrown) {
    // It comes from the other realm, so it is no `Error` of ours.
    const code: unknown = typeof thrown === 'object' && thrown && Reflect.get(thrown, 'code');
    if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    throw new CliError(
      EXIT.usage,
      `The pattern /${source}/ takes more than ${LIMIT_MS} ms on what was received.`,
      ['Nested repeats such as (a+)+ are the usual cause. Use a simpler expression, text: or hex:'],
    );
  }
};
