import { parseAddress, relayingTo, type Address } from '../../../src-shared/address/address';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';

/** What a listener of that kind is to relay to. Throws ERR_BAD_COMMAND, with what is wrong. */
export function targetOf(kind: Address['kind'], relayTo: string): Address {
  const listener = { kind, host: null, port: 0, path: null, family: null, options: {} };
  const relay = relayingTo(listener, relayTo);
  const target = parseAddress(relay.ok ? (relay.address.options.relayTo ?? '') : '');
  if (relay.ok && target.ok) return target.address;
  const why = relay.ok ? relayTo : relay.error.message;
  throw new CommandError(
    'ERR_BAD_COMMAND',
    refusal('bad-relay-target', { why, text: relayTo, kind }),
  );
}
