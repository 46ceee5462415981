import { parseAddress, parseOptions, relayingTo } from '../../src-shared/address/address';
import { type AddressKind, STREAMS, UDP } from '../../src-shared/address/kinds';
import type { AddressError } from '../../src-shared/address/problem';
import { parseTargets } from '../../src-shared/address/targets';
import type { SOCKET_REFUSALS } from '../../src-shared/refusal/socket-refusals';
import { m } from '../i18n/generated/messages';
import { addressErrorText } from './address-text';
import type { Sentences } from './refusal-sentences';

export const socketSentences: Sentences<keyof typeof SOCKET_REFUSALS> = {
  'no-socket': m.refuse_no_socket,
  'cannot-send': m.refuse_cannot_send,
  'cannot-send-elsewhere': m.refuse_cannot_send_elsewhere,
  'cannot-send-others': m.refuse_cannot_send_others,
  'cannot-send-no-peer': m.refuse_cannot_send_no_peer,
  'cannot-send-one': m.refuse_cannot_send_one,
  'cannot-half-close': m.refuse_cannot_half_close,
  'cannot-half-close-yet': m.refuse_cannot_half_close_yet,
  'cannot-reset': m.refuse_cannot_reset,
  'cannot-join': m.refuse_cannot_join,
  'cannot-leave': m.refuse_cannot_leave,
  'cannot-tell-tls': m.refuse_cannot_tell_tls,
  'cannot-answer': m.refuse_cannot_answer,
  'cannot-start-tls': m.refuse_cannot_start_tls,
  'cannot-start-tls-twice': m.refuse_cannot_start_tls_twice,
  'cannot-connect-now': m.refuse_cannot_connect_now,
  'cannot-pause': m.refuse_cannot_pause,
  'cannot-stop-accepting': m.refuse_cannot_stop_accepting,
  'cannot-accept-again': m.refuse_cannot_accept_again,
  'cannot-limit': m.refuse_cannot_limit,
  'cannot-tell-options': m.refuse_cannot_tell_options,
  'cannot-set': m.refuse_cannot_set,
  'cannot-set-open': m.refuse_cannot_set_open,
  'not-connected': m.refuse_not_connected,
  'not-a-closed-root': m.refuse_not_a_closed_root,
  'not-recorded': m.refuse_not_recorded,
  'engine-closing': m.refuse_engine_closing,
  'engine-exited': m.refuse_engine_exited,
  'none-chosen-left': m.refuse_none_chosen_left,
  'nobody-for-file': m.refuse_nobody_for_file,
  'file-on-its-way': m.refuse_file_on_its_way,
  'group-joined': m.refuse_group_joined,
  'group-not-joined': m.refuse_group_not_joined,
  'not-a-group': m.refuse_not_a_group,
  'group-family': m.refuse_group_family,
  'source-family': m.refuse_source_family,
  'group-scope': m.refuse_group_scope,
  'bound-alone': m.refuse_bound_alone,
  'no-group-named': m.refuse_no_group_named,
  'too-many-groups': m.refuse_too_many_groups,
  'no-group-route': m.refuse_no_group_route,
  'wrong-family': m.refuse_wrong_family,
  'unreachable-name': m.refuse_unreachable_name,
  'address-scope': m.refuse_address_scope,
  'interface-unknown': m.refuse_interface_unknown,
  'interface-address-unknown': m.refuse_interface_address_unknown,
  'interface-down': m.refuse_interface_down,
  'interface-no-ipv4': m.refuse_interface_no_ipv4,
  'interface-no-ipv6': m.refuse_interface_no_ipv6,
  'reuse-port-node': m.refuse_reuse_port_node,
  'reuse-port-linux': m.refuse_reuse_port_linux,
  'datagram-long': m.refuse_datagram_long,
  'pipes-windows': m.refuse_pipes_windows,
  'unix-windows': m.refuse_unix_windows,
  'abstract-linux': m.refuse_abstract_linux,
  'path-too-long': m.refuse_path_too_long,
  'sweep-too-many': m.refuse_sweep_too_many,
  'sweep-over': m.refuse_sweep_over,
  'probes-busy': m.refuse_probes_busy,
  'not-probed': m.refuse_not_probed,
  'not-an-ip': m.refuse_not_an_ip,
  'datagrams-close': m.refuse_datagrams_close,
  'needs-connections': m.refuse_needs_connections,
  'bad-reply': m.refuse_bad_reply,
  'rule-wrong': m.refuse_rule_wrong,
  'rules-wrong': m.refuse_rules_wrong,
  'rule-framing-wrong': m.refuse_rule_framing_wrong,
  'rules-framing-wrong': m.refuse_rules_framing_wrong,
  'rule-slow': m.refuse_rule_slow,
  'rule-no-reply': m.refuse_rule_no_reply,
  'split-size-least': m.refuse_split_size_least,
  'split-time-least': m.refuse_split_time_least,
  'ring-needs-split': m.refuse_ring_needs_split,
  'rules-none': m.refuse_rules_none,
  'bad-address': ({ text }) => addressWords(parseAddress(text)),
  'bad-targets': ({ text }) => addressWords(parseTargets(text)),
  'bad-options': ({ text, kind }) => {
    const known = kindOf(kind);
    return known && addressWords(parseOptions(text, known));
  },
  'bad-relay-target': ({ text, kind }) => {
    const known = kindOf(kind);
    return known && relayWords(text, known);
  },
};

type Parsed = { ok: true } | { ok: false; error: AddressError };

function addressWords(parsed: Parsed): string | null {
  if (parsed.ok) return null;
  const { example } = parsed.error.values;
  return `${addressErrorText(parsed.error)} ${m.addr_example({ example })}`;
}

function kindOf(text: string): AddressKind | null {
  return [...STREAMS, ...UDP].find((kind) => kind === text) ?? null;
}

/** As the engine asks whether a target fits: by the kind alone. */
function relayWords(text: string, kind: AddressKind): string | null {
  const listener = { kind, host: null, port: 0, path: null, family: null, options: {} };
  return addressWords(relayingTo(listener, text));
}
