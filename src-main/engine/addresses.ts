import { type Address, parseAddress } from '../../src-shared/address/address';
import { parseTargets } from '../../src-shared/address/targets';
import { refusal } from '../../src-shared/refusal/refusal';
import { CommandError } from './command-error';

/** What a text says. Throws ERR_BAD_ADDRESS. */
export function addressOf(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.address;
  const why = parsed.error.message;
  throw new CommandError('ERR_BAD_ADDRESS', refusal('bad-address', { why, text }));
}

/** Of a text with ranges, each address. Throws ERR_BAD_ADDRESS. */
export function targetsOf(text: string): Address[] {
  const parsed = parseTargets(text);
  if (parsed.ok) return parsed.targets;
  const why = parsed.error.message;
  throw new CommandError('ERR_BAD_ADDRESS', refusal('bad-targets', { why, text }));
}
