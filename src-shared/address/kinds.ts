/** The longest address anybody may hand over, options, greetings and paths included. */
export const MAX_ADDRESS_LENGTH = 4000;

/** What an address opens. */
export type AddressKind =
  | 'tcp'
  | 'tcp-listen'
  | 'udp'
  | 'udp-listen'
  | 'udp-mcast'
  | 'tls'
  | 'tls-listen'
  | 'unix'
  | 'unix-listen'
  | 'pipe'
  | 'pipe-listen';

/** What a spelling of a kind says. */
export interface Spelling {
  kind: AddressKind;
  family: 4 | 6 | null;
  /** socat's `abstract`: the name without the `@` that stands for it elsewhere. */
  abstract?: true;
}

export const DIALS: readonly AddressKind[] = ['tcp', 'tls', 'unix', 'pipe'];
export const LISTENERS: readonly AddressKind[] = [
  'tcp-listen',
  'tls-listen',
  'unix-listen',
  'pipe-listen',
];
export const STREAMS: readonly AddressKind[] = [...DIALS, ...LISTENERS];
/** Over TCP, TLS included. */
export const TCP: readonly AddressKind[] = ['tcp', 'tls', 'tcp-listen', 'tls-listen'];
export const UDP: readonly AddressKind[] = ['udp', 'udp-listen', 'udp-mcast'];
export const TLS: readonly AddressKind[] = ['tls', 'tls-listen'];

function names(stem: string): string[] {
  return [stem, ...(stem === 'tls' ? ['ssl', 'openssl'] : [])];
}

/** Every spelling, aliases included: socat's where it has them. */
export const KINDS: ReadonlyMap<string, Spelling> = new Map<string, Spelling>([
  ...([null, 4, 6] as const).flatMap((family): [string, Spelling][] => {
    const version = family ?? '';
    return [
      ...(['tcp', 'tls'] as const).flatMap((kind) =>
        names(kind).flatMap((name): [string, Spelling][] => [
          [`${name}${version}`, { kind, family }],
          [`${name}${version}-connect`, { kind, family }],
          [`${name}${version}-listen`, { kind: `${kind}-listen`, family }],
          [`${name}${version}-l`, { kind: `${kind}-listen`, family }],
        ]),
      ),
      [`udp${version}`, { kind: 'udp', family }],
      [`udp${version}-connect`, { kind: 'udp', family }],
      [`udp${version}-listen`, { kind: 'udp-listen', family }],
      [`udp${version}-l`, { kind: 'udp-listen', family }],
      [`udp${version}-recv`, { kind: 'udp-listen', family }],
      [`udp${version}-mcast`, { kind: 'udp-mcast', family }],
    ];
  }),
  ...(['unix', 'pipe'] as const).flatMap((kind): [string, Spelling][] => [
    [kind, { kind, family: null }],
    [`${kind}-connect`, { kind, family: null }],
    [`${kind}-listen`, { kind: `${kind}-listen`, family: null }],
    [`${kind}-l`, { kind: `${kind}-listen`, family: null }],
  ]),
  ['abstract', { kind: 'unix', family: null, abstract: true }],
  ['abstract-connect', { kind: 'unix', family: null, abstract: true }],
  ['abstract-listen', { kind: 'unix-listen', family: null, abstract: true }],
]);

/** Whether it waits for others: a listener of streams or a bound UDP socket. */
export function listens(kind: AddressKind): boolean {
  return kind === 'udp-listen' || LISTENERS.includes(kind);
}

/** Whether it is a path or a name on this machine instead of a host and a port. */
export function isLocal(kind: AddressKind): boolean {
  switch (kind) {
    case 'unix':
    case 'unix-listen':
    case 'pipe':
    case 'pipe-listen':
      return true;
    case 'tcp':
    case 'tcp-listen':
    case 'udp':
    case 'udp-listen':
    case 'udp-mcast':
    case 'tls':
    case 'tls-listen':
      return false;
    default:
      return kind satisfies never;
  }
}

const PLAIN: Record<AddressKind, string> = {
  tcp: '192.168.1.50:502',
  'tcp-listen': '9000',
  udp: '192.168.1.50:5000',
  'udp-listen': '9000',
  'udp-mcast': '239.1.2.3:5000',
  tls: 'device.local:8883',
  'tls-listen': '8883',
  unix: '/tmp/device.sock',
  'unix-listen': '/tmp/device.sock',
  pipe: 'device',
  'pipe-listen': 'device',
};

/** An address of that kind that works, to be shown beside an error. */
export function exampleOf(kind: AddressKind, option?: string): string {
  return `${kind}:${PLAIN[kind]}${option === undefined ? '' : `,${option}`}`;
}
