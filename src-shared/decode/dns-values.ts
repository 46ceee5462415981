/** IANA's registry of resource record types, as far as they are met. */
export const DNS_TYPES = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [13, 'HINFO'],
  [15, 'MX'],
  [16, 'TXT'],
  [17, 'RP'],
  [18, 'AFSDB'],
  [25, 'KEY'],
  [28, 'AAAA'],
  [29, 'LOC'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [37, 'CERT'],
  [39, 'DNAME'],
  [41, 'OPT'],
  [43, 'DS'],
  [44, 'SSHFP'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [51, 'NSEC3PARAM'],
  [52, 'TLSA'],
  [53, 'SMIMEA'],
  [59, 'CDS'],
  [60, 'CDNSKEY'],
  [61, 'OPENPGPKEY'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [99, 'SPF'],
  [249, 'TKEY'],
  [250, 'TSIG'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [255, 'ANY'],
  [256, 'URI'],
  [257, 'CAA'],
]);

export const DNS_CLASSES = new Map([
  [1, 'IN'],
  [3, 'CH'],
  [4, 'HS'],
  [254, 'NONE'],
  [255, 'ANY'],
]);

export const DNS_OPCODES = new Map([
  [0, 'query'],
  [1, 'inverse query'],
  [2, 'status'],
  [4, 'notify'],
  [5, 'update'],
  [6, 'stateful operations'],
]);

export const DNS_RCODES = new Map([
  [0, 'NOERROR'],
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
  [6, 'YXDOMAIN'],
  [7, 'YXRRSET'],
  [8, 'NXRRSET'],
  [9, 'NOTAUTH'],
  [10, 'NOTZONE'],
  [16, 'BADVERS'],
]);

export const EDNS_OPTIONS = new Map([
  [3, 'NSID'],
  [5, 'DAU'],
  [6, 'DHU'],
  [7, 'N3U'],
  [8, 'CLIENT-SUBNET'],
  [9, 'EXPIRE'],
  [10, 'COOKIE'],
  [11, 'TCP-KEEPALIVE'],
  [12, 'PADDING'],
  [13, 'CHAIN'],
  [14, 'KEY-TAG'],
  [15, 'EXTENDED-ERROR'],
]);

/** RFC 9460 §14.3.2. */
export const SVC_KEYS = new Map([
  [0, 'mandatory'],
  [1, 'alpn'],
  [2, 'no-default-alpn'],
  [3, 'port'],
  [4, 'ipv4hint'],
  [5, 'ech'],
  [6, 'ipv6hint'],
]);

/** How a part of a record's data is read. `names`, `types`, `options`, `params`, `strings`: to the end. */
export type RdataKind =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'time'
  | 'type'
  | 'name'
  | 'ipv4'
  | 'ipv6'
  | 'string'
  | 'strings'
  | 'text'
  | 'hex'
  | 'salt'
  | 'types'
  | 'options'
  | 'params';

export type RdataPart = readonly [name: string, kind: RdataKind];

const DIGEST: RdataPart[] = [
  ['key tag', 'u16'],
  ['algorithm', 'u8'],
  ['digest type', 'u8'],
  ['digest', 'hex'],
];
const KEY: RdataPart[] = [
  ['flags', 'u16'],
  ['protocol', 'u8'],
  ['algorithm', 'u8'],
  ['public key', 'hex'],
];
const CERTIFICATE: RdataPart[] = [
  ['certificate usage', 'u8'],
  ['selector', 'u8'],
  ['matching type', 'u8'],
  ['certificate association data', 'hex'],
];
const SERVICE: RdataPart[] = [
  ['priority', 'u16'],
  ['target name', 'name'],
  ['parameters', 'params'],
];
const TEXTS: RdataPart[] = [['text', 'strings']];

/** What the data of a record is made of (RFC 1035, 2782, 3403, 4034, 5155, 6698, 8659, 9460). */
export const RDATA = new Map<number, readonly RdataPart[]>([
  [1, [['address', 'ipv4']]],
  [2, [['name server', 'name']]],
  [5, [['canonical name', 'name']]],
  [
    6,
    [
      ['primary name server', 'name'],
      ['responsible mailbox', 'name'],
      ['serial', 'u32'],
      ['refresh', 'u32'],
      ['retry', 'u32'],
      ['expire', 'u32'],
      ['minimum', 'u32'],
    ],
  ],
  [12, [['domain name', 'name']]],
  [
    13,
    [
      ['CPU', 'string'],
      ['OS', 'string'],
    ],
  ],
  [
    15,
    [
      ['preference', 'u16'],
      ['mail exchange', 'name'],
    ],
  ],
  [16, TEXTS],
  [
    17,
    [
      ['mailbox', 'name'],
      ['text name', 'name'],
    ],
  ],
  [
    18,
    [
      ['subtype', 'u16'],
      ['host name', 'name'],
    ],
  ],
  [25, KEY],
  [28, [['address', 'ipv6']]],
  [
    33,
    [
      ['priority', 'u16'],
      ['weight', 'u16'],
      ['port', 'u16'],
      ['target', 'name'],
    ],
  ],
  [
    35,
    [
      ['order', 'u16'],
      ['preference', 'u16'],
      ['flags', 'string'],
      ['service', 'string'],
      ['regexp', 'string'],
      ['replacement', 'name'],
    ],
  ],
  [39, [['target name', 'name']]],
  [41, [['options', 'options']]],
  [43, DIGEST],
  [
    44,
    [
      ['algorithm', 'u8'],
      ['fingerprint type', 'u8'],
      ['fingerprint', 'hex'],
    ],
  ],
  [
    46,
    [
      ['type covered', 'type'],
      ['algorithm', 'u8'],
      ['labels', 'u8'],
      ['original TTL', 'u32'],
      ['signature expiration', 'time'],
      ['signature inception', 'time'],
      ['key tag', 'u16'],
      ['signer', 'name'],
      ['signature', 'hex'],
    ],
  ],
  [
    47,
    [
      ['next domain name', 'name'],
      ['types', 'types'],
    ],
  ],
  [48, KEY],
  [
    50,
    [
      ['hash algorithm', 'u8'],
      ['flags', 'u8'],
      ['iterations', 'u16'],
      ['salt', 'salt'],
      ['next hashed owner name', 'salt'],
      ['types', 'types'],
    ],
  ],
  [
    51,
    [
      ['hash algorithm', 'u8'],
      ['flags', 'u8'],
      ['iterations', 'u16'],
      ['salt', 'salt'],
    ],
  ],
  [52, CERTIFICATE],
  [53, CERTIFICATE],
  [59, DIGEST],
  [60, KEY],
  [64, SERVICE],
  [65, SERVICE],
  [99, TEXTS],
  [
    256,
    [
      ['priority', 'u16'],
      ['weight', 'u16'],
      ['target', 'text'],
    ],
  ],
  [
    257,
    [
      ['flags', 'u8'],
      ['tag', 'string'],
      ['value', 'text'],
    ],
  ],
]);
