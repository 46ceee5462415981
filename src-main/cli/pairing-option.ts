import { Option } from 'commander';
import type { Asks, PairingRule } from '../../src-shared/contract/statistics';
import { ASKING } from '../../src-shared/contract/statistics-words';
import { parsePairing } from '../../src-shared/statistics/pairing-rule';
import { pointAt } from './arguments';
import { CliError, EXIT } from './exit';

/** A rule that is understood. */
export function pairingArgument(text: string, asks: Asks): PairingRule {
  const parsed = parsePairing(text, asks);
  if (parsed.ok) return parsed.rule;
  const { message, at } = parsed.error;
  throw new CliError(EXIT.usage, `--pair is not understood: ${message}.`, [pointAt(text, at)]);
}

export function asksOption(): Option {
  return new Option(
    '--asks <who>',
    'whose messages ask: of who dialled or sent first (client), ours (out), of the peer (in), of who speaks while nothing waits (either)',
  )
    .choices(ASKING)
    .default('client');
}
