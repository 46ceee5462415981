import type { RuleSet } from '../../src-shared/contract/rules';
import type { SocketId } from '../../src-shared/contract/socket';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { Toasts } from './toasts.svelte';

/**
 * Opens an address that answers by rules from its first message on. Rules that the engine does not
 * understand, such as those of a later version, are told, and do not keep the socket from opening.
 */
export async function openAnswering(
  { engine, toasts }: { engine: Commands; toasts: Toasts },
  address: string,
  rules: RuleSet | undefined,
): Promise<{ socket: SocketId }> {
  if (rules === undefined || rules.on === false || rules.rules.length === 0)
    return engine.command('open', { address });
  try {
    return await engine.command('open', { address, rules });
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.code !== 'ERR_BAD_RULES') throw thrown;
    toasts.failed(problem);
    return engine.command('open', { address });
  }
}
