import type { CodePlan, CodeStep } from './plan';
import { call, seconds, setOptions } from './python-lines';
import { pythonString } from './quote';

/** A UDP socket of any kind: connected, bound, or in groups. */
export function pythonDatagrams(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const expects = steps.some(({ kind }) => kind === 'expect');
  return [
    ...(expects ? EXPECT_DATAGRAM : []),
    ...SHOW_DATAGRAMS,
    `s = socket.socket(socket.${plan.family === 6 ? 'AF_INET6' : 'AF_INET'}, socket.SOCK_DGRAM)`,
    ...setOptions('s', plan.early),
    ...outgoing(plan),
    ...(plan.listens
      ? bound(plan, steps)
      : plan.multicast
        ? grouped(plan, steps)
        : connected(plan, steps)),
    'show_datagrams(s)',
  ];
}

/** The interface that multicasts leave by. */
function outgoing({ options, family }: CodePlan): string[] {
  const on = options.multicastInterface;
  if (on === undefined) return [];
  const index = `socket.if_nametoindex(${pythonString(on)}).to_bytes(4, sys.byteorder)`;
  const level =
    family === 6 ? 'IPPROTO_IPV6, socket.IPV6_MULTICAST_IF' : 'IPPROTO_IP, socket.IP_MULTICAST_IF';
  const value =
    family === 6
      ? index
      : /^[\d.]+$/.test(on)
        ? `socket.inet_aton(${pythonString(on)})`
        : `bytes(8) + ${index}`;
  return [`s.setsockopt(socket.${level}, ${value})`];
}

function at(host: string | null, port: number): string {
  return `(${pythonString(host ?? '')}, ${port})`;
}

/** Answers whoever sends first. */
function bound(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const waits = steps[0]?.kind === 'send';
  return [
    `s.bind(${at(plan.host, plan.port)})`,
    ...join(plan),
    "print('bound to', s.getsockname(), file=sys.stderr, flush=True)",
    ...(waits ? ['data, peer = s.recvfrom(65535)', 'sys.stdout.buffer.write(data)'] : []),
    ...steps.flatMap(({ kind, bytes }) =>
      kind === 'send' ? call('s.sendto(', bytes, ', peer)') : call('peer = expect(s, ', bytes, ')'),
    ),
  ];
}

function grouped(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  return [
    `s.bind(${at(plan.from?.host ?? null, plan.port)})`,
    ...join(plan),
    `s.settimeout(${seconds(plan.silenceMs)})`,
    `group = ${at(plan.host, plan.port)}`,
    ...steps.flatMap(({ kind, bytes }) =>
      kind === 'send' ? call('s.sendto(', bytes, ', group)') : call('expect(s, ', bytes, ')'),
    ),
  ];
}

function connected(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  return [
    ...(plan.from === null ? [] : [`s.bind(${at(plan.from.host, plan.from.port)})`]),
    ...join(plan),
    `s.connect(${at(plan.host, plan.port)})`,
    `s.settimeout(${seconds(plan.silenceMs)})`,
    ...steps.flatMap(({ kind, bytes }) =>
      call(kind === 'send' ? 's.send(' : 'expect(s, ', bytes, ')'),
    ),
  ];
}

const EXPECT_DATAGRAM = [
  'def expect(s, wanted):',
  '    """Receives one datagram, and ends the script if it is another."""',
  '    got, peer = s.recvfrom(65535)',
  '    if got != wanted:',
  "        sys.exit(f'expected {wanted!r}, got {got!r}')",
  '    return peer',
  '',
];

const SHOW_DATAGRAMS = [
  'def show_datagrams(s):',
  '    """Writes what comes to standard output."""',
  '    try:',
  '        while True:',
  '            data, peer = s.recvfrom(65535)',
  "            print(len(data), 'bytes from', peer, file=sys.stderr, flush=True)",
  '            sys.stdout.buffer.write(data)',
  '            sys.stdout.buffer.flush()',
  '    except socket.timeout:',
  '        pass',
  '',
];

function join({ memberships }: CodePlan): string[] {
  return memberships.flatMap(({ group, interface: chosen, source }) => {
    const on = chosen ?? '';
    if (group.includes(':')) {
      const index = on === '' ? '0' : `socket.if_nametoindex(${pythonString(on)})`;
      return [
        `s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, ${pythonString(group)}) + (${index}).to_bytes(4, sys.byteorder))`,
      ];
    }
    const local = /^[\d.]+$/.test(on) ? on : '0.0.0.0';
    const named = on !== '' && local === '0.0.0.0';
    const parts = [`socket.inet_aton(${pythonString(group)})`, `socket.inet_aton('${local}')`];
    if (source !== null)
      return [
        `# IP_ADD_SOURCE_MEMBERSHIP is 39 on Linux; Python has no name for it before 3.12.`,
        `s.setsockopt(socket.IPPROTO_IP, 39, ${parts.join(' + ')} + socket.inet_aton(${pythonString(source)}))`,
      ];
    const index = named
      ? ` + socket.if_nametoindex(${pythonString(on)}).to_bytes(4, sys.byteorder)`
      : '';
    return [
      `s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, ${parts.join(' + ')}${index})`,
    ];
  });
}
