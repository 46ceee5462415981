import { bindFrom, lookUp, sets, turn } from './c-lines';
import type { CodePlan, CodeStep } from './plan';
import { cString } from './quote';

/** The body of `main` of a UDP socket of any kind. */
export function cDatagrams(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const bound = plan.listens || plan.multicast;
  const first = plan.listens && steps.length > 0;
  return [
    ...lookUp(plan, 'SOCK_DGRAM', plan.listens),
    '  struct addrinfo *one = found;',
    '  int s = socket(one->ai_family, one->ai_socktype, one->ai_protocol);',
    '  if (s < 0) fail("socket");',
    ...sets(plan.early, '  '),
    ...(plan.listens
      ? ['  if (bind(s, one->ai_addr, one->ai_addrlen) != 0) fail("bind");']
      : bindFrom(plan, '  ', plan.multicast ? plan.port : undefined)),
    ...outgoing(plan),
    ...join(plan),
    ...(bound ? [] : ['  if (connect(s, one->ai_addr, one->ai_addrlen) != 0) fail("connect");']),
    ...(plan.listens ? ['  fprintf(stderr, "bound\\n");'] : []),
    // Whoever sends first is answered, and heard alone from then on.
    ...(first ? FIRST : []),
    ...steps.map((step, n) =>
      plan.multicast && step.kind === 'send'
        ? `  if (sendto(s, step${n + 1}, ${step.bytes.byteLength}, 0, one->ai_addr, one->ai_addrlen) < 0) fail("sendto");`
        : turn(step, n, true, '  '),
    ),
    '  freeaddrinfo(found);',
    '  show_rest(s);',
    '  close(s);',
    '  return 0;',
  ];
}

const FIRST = [
  '  struct sockaddr_storage peer;',
  '  socklen_t peer_size = sizeof peer;',
  '  char peeked[1];',
  '  if (recvfrom(s, peeked, sizeof peeked, MSG_PEEK, (struct sockaddr *)&peer, &peer_size) < 0) fail("recvfrom");',
  '  if (connect(s, (struct sockaddr *)&peer, peer_size) != 0) fail("connect");',
];

function join({ memberships }: CodePlan): string[] {
  return memberships.flatMap(({ group, interface: on, source }) => {
    if (group.includes(':'))
      return [
        '  {',
        '    struct ipv6_mreq join;',
        '    memset(&join, 0, sizeof join);',
        `    inet_pton(AF_INET6, ${cString(group)}, &join.ipv6mr_multiaddr);`,
        ...(on === null ? [] : [`    join.ipv6mr_interface = if_nametoindex(${cString(on)});`]),
        '    if (setsockopt(s, IPPROTO_IPV6, IPV6_JOIN_GROUP, &join, sizeof join) != 0) fail("join");',
        '  }',
      ];
    const address = on !== null && /^[\d.]+$/.test(on) ? on : null;
    const named = on !== null && address === null;
    const type = source !== null ? 'ip_mreq_source' : named ? 'ip_mreqn' : 'ip_mreq';
    const option = source === null ? 'IP_ADD_MEMBERSHIP' : 'IP_ADD_SOURCE_MEMBERSHIP';
    const field = named && source === null ? 'imr_address' : 'imr_interface';
    return [
      '  {',
      `    struct ${type} join;`,
      '    memset(&join, 0, sizeof join);',
      `    inet_pton(AF_INET, ${cString(group)}, &join.imr_multiaddr);`,
      ...(address === null ? [] : [`    inet_pton(AF_INET, ${cString(address)}, &join.${field});`]),
      ...(source === null
        ? []
        : [`    inet_pton(AF_INET, ${cString(source)}, &join.imr_sourceaddr);`]),
      ...(named && source === null
        ? [`    join.imr_ifindex = (int)if_nametoindex(${cString(on)});`]
        : []),
      `    if (setsockopt(s, IPPROTO_IP, ${option}, &join, sizeof join) != 0) fail("join");`,
      '  }',
    ];
  });
}

/** The interface that multicasts leave by. */
function outgoing({ options, family }: CodePlan): string[] {
  const on = options.multicastInterface;
  if (on === undefined) return [];
  if (family === 6)
    return [`  set(s, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)if_nametoindex(${cString(on)}));`];
  const address = /^[\d.]+$/.test(on);
  return [
    '  {',
    '    struct ip_mreqn out;',
    '    memset(&out, 0, sizeof out);',
    address
      ? `    inet_pton(AF_INET, ${cString(on)}, &out.imr_address);`
      : `    out.imr_ifindex = (int)if_nametoindex(${cString(on)});`,
    '    if (setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) != 0) fail("setsockopt");',
    '  }',
  ];
}
