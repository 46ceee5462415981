import { parseAddress } from '../../src-shared/address/address';
import type { AddressError } from '../../src-shared/address/problem';
import { m } from '../i18n/generated/messages';

/** What is wrong with an address, in the language shown. The example comes beside it. */
export function addressErrorText({ code, values }: AddressError): string {
  const { found, nearest } = values;
  switch (code) {
    case 'empty':
      return m.addr_empty();
    case 'unknown-kind':
      if (nearest === undefined) return m.addr_unknown_kind({ found });
      return m.addr_unknown_kind_near({ found, nearest });
    case 'missing-host':
      return m.addr_missing_host();
    case 'missing-port':
      return m.addr_missing_port();
    case 'bad-host':
      return m.addr_bad_host({ found });
    case 'bare-ipv6':
      return m.addr_bare_ipv6();
    case 'wrong-family':
      return m.addr_wrong_family();
    case 'bad-port':
      return m.addr_bad_port({
        found,
        min: String(values.min ?? 0),
        max: String(values.max ?? 65_535),
      });
    case 'bad-port-range':
      return m.addr_bad_port_range({ found, nearest: nearest ?? '' });
    case 'bad-host-range':
      return m.addr_bad_host_range({ found });
    case 'too-many-targets':
      return m.addr_too_many_targets({ max: String(values.max ?? 0) });
    case 'not-multicast':
      return m.addr_not_multicast({ found });
    case 'missing-path':
      return m.addr_missing_path();
    case 'bad-path':
      return m.addr_bad_path({ found });
    case 'path-too-long':
      return m.addr_path_too_long({
        length: String(values.min ?? 0),
        max: String(values.max ?? 0),
      });
    case 'bad-quoting':
      return m.addr_bad_quoting({ found });
    case 'option-unreachable':
    case 'unknown-option':
    case 'option-not-here':
    case 'duplicate-option':
    case 'bad-option-value':
    case 'bad-relay-target':
      return optionErrorText(code, values);
    default:
      return code satisfies never;
  }
}

type OptionErrorCode = Extract<
  AddressError['code'],
  `${string}option${string}` | 'bad-relay-target'
>;

function optionErrorText(code: OptionErrorCode, values: AddressError['values']): string {
  const { found, nearest } = values;
  switch (code) {
    case 'option-unreachable': {
      const { constant = '' } = values;
      if (nearest === undefined) return m.addr_option_unreachable({ found, constant });
      return m.addr_option_unreachable_instead({ found, constant, nearest });
    }
    case 'unknown-option':
      if (values.needless === 'place') return m.addr_option_place({ found });
      if (values.needless === 'anyway') return m.addr_option_anyway({ found });
      if (nearest === undefined) return m.addr_unknown_option({ found });
      return m.addr_unknown_option_near({ found, nearest });
    case 'option-not-here':
      return m.addr_option_not_here({ found, kind: values.kind ?? '' });
    case 'duplicate-option':
      return m.addr_duplicate_option({ found });
    case 'bad-option-value':
      if (values.option === 'passphrase' || values.option === 'psk')
        return m.addr_secret_reference({ option: values.option });
      return m.addr_bad_option_value({ found, option: values.option ?? '' });
    case 'bad-relay-target':
      return relayTargetText(found, values.kind ?? '');
    default:
      return code satisfies never;
  }
}

/** A target that is no address has the reason of its own; one of a kind that does not fit has ours. */
function relayTargetText(found: string, kind: string): string {
  if (found === '') return m.addr_relay_without_target();
  const target = parseAddress(found);
  if (target.ok) return m.addr_bad_relay_target({ found, kind });
  return m.addr_relay_target_wrong({ found, why: addressErrorText(target.error) });
}
