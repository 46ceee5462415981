import { formatAddress, type Address } from '../address/address';
import { withPlainBraces } from '../payload/compile-payload';
import { formatHex } from '../payload/format';
import { formatText } from '../payload/text';
import { notIn, type CodePlan, type CodeStep } from './plan';
import { commentText, shellPrintf, shellWord } from './quote';

/** A shell's `printf` writes more than this in several pieces, which would be several datagrams. */
export const SHELL_DATAGRAM_BYTES = 4096;

/** One argument of a command on Linux is at most 128 KiB. */
export const ARGUMENT_BYTES = 40_000;

type OptionKey = Parameters<typeof notIn>[1][number];

const PRINTABLE = /^[\x20-\x7e\r\n\t]*$/;

function head(plan: CodePlan, missing: readonly string[], steps: readonly CodeStep[]): string[] {
  const expected = steps.filter(({ kind }) => kind === 'expect').length;
  return [
    '#!/bin/sh',
    `# ${commentText(plan.text)}`,
    ...missing.map((text) => `# Not in this command: ${commentText(text)}`),
    ...(expected === 0
      ? []
      : [`# What the other side is expected to send (${expected} turns) is shown, not checked.`]),
  ];
}

/**
 * The payloads, piped into a command. Only time keeps them apart there: what waits in the pipe when
 * the command has started becomes one datagram.
 */
function piped(plan: CodePlan, steps: readonly CodeStep[], command: string): string[] {
  const pause = plan.transport === 'udp' ? '1' : '0.2';
  const sent = steps.filter(({ kind }) => kind === 'send');
  if (sent.length === 0) return [command];
  const lines = sent.flatMap(({ bytes }, n) => [
    ...(n === 0 ? [] : [`  sleep ${pause}`]),
    `  ${shellPrintf(bytes)}`,
  ]);
  return ['{', ...lines, `} | ${command}`];
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}

export function ncatCode(plan: CodePlan, steps: readonly CodeStep[]): string {
  const { options, host, port, transport } = plan;
  const handled: OptionKey[] = ['bind', 'sourcePort', 'connectTimeoutMs', 'idleTimeoutMs'];
  const words = ['ncat'];
  if (plan.listens) words.push('-l');
  if (transport === 'udp') words.push('-u');
  if (transport === 'unix') words.push('-U');
  if (plan.family !== null && transport !== 'unix') words.push(`-${plan.family}`);
  if (plan.tls) words.push(...ncatTls(plan));
  if (plan.listens) {
    handled.push('maxClients');
    // With -k what is piped in would be lost before a client comes.
    if (steps.length === 0 && transport !== 'udp') words.push('-k');
    if (options.maxClients !== undefined) words.push('-m', String(options.maxClients));
  } else {
    if (steps.length > 0) words.push('--no-shutdown');
    if (options.connectTimeoutMs !== undefined) words.push('-w', `${options.connectTimeoutMs}ms`);
    if (plan.from?.host) words.push('-s', plan.from.host);
    if (plan.from && plan.from.port > 0) words.push('-p', String(plan.from.port));
  }
  if (!plan.listens || options.idleTimeoutMs !== undefined)
    if (steps.length > 0 || options.idleTimeoutMs !== undefined)
      words.push('-i', `${plan.silenceMs}ms`);
  if (transport === 'unix') words.push(pathWord(plan));
  else words.push(...(host === null ? [] : [host]), String(port));
  const missing = [
    ...notIn({ ...plan, early: [], late: [] }, [...handled, ...(plan.tls ? NCAT_TLS : [])]),
    ...(plan.multicast ? ['joining the group'] : []),
  ];
  return [
    ...head(plan, missing, steps),
    ...piped(plan, steps, words.map(shellWord).join(' ')),
    '',
  ].join('\n');
}

const NCAT_TLS: readonly OptionKey[] = [
  'verify',
  'ca',
  'cert',
  'key',
  'alpn',
  'servername',
  'ciphers',
];

function ncatTls({ options, listens }: CodePlan): string[] {
  return [
    '--ssl',
    ...(!listens && options.verify !== false ? ['--ssl-verify'] : []),
    ...(options.ca === undefined ? [] : ['--ssl-trustfile', options.ca]),
    ...(options.cert === undefined ? [] : ['--ssl-cert', options.cert]),
    ...(options.key === undefined ? [] : ['--ssl-key', options.key]),
    ...(options.alpn === undefined ? [] : ['--ssl-alpn', options.alpn.join(',')]),
    ...(options.servername === undefined ? [] : ['--ssl-servername', options.servername]),
    ...(options.ciphers === undefined ? [] : ['--ssl-ciphers', options.ciphers]),
  ];
}

/** A path that does not look like an option. */
function pathWord({ path }: CodePlan): string {
  return path.startsWith('-') ? `./${path}` : path;
}

/** socat takes its addresses apart by itself: what means something to it gets a backslash. */
function socatWord(text: string): string {
  return text.replace(/[\\,:!"'[\](){}]/g, '\\$&');
}

export function socatCode(plan: CodePlan, steps: readonly CodeStep[]): string {
  const words = ['socat'];
  const sends = steps.length > 0;
  const wait = seconds(plan.silenceMs);
  if (sends) words.push('-t', wait, '-T', wait);
  else if (plan.options.idleTimeoutMs !== undefined) words.push('-T', wait);
  const side = [socatPlace(plan), ...socatOptions(plan)].join(',');
  words.push('-', side);
  return [
    ...head(plan, notIn({ ...plan, early: [], late: [] }, SOCAT_OPTIONS), steps),
    ...piped(plan, steps, words.map(shellWord).join(' ')),
    '',
  ].join('\n');
}

const SOCAT_OPTIONS: readonly OptionKey[] = [
  ...(['bind', 'sourcePort', 'backlog', 'connectTimeoutMs', 'idleTimeoutMs', 'nodelay'] as const),
  ...(['keepaliveMs', 'receiveBufferBytes', 'sendBufferBytes', 'v6only', 'reuseAddress'] as const),
  ...(['reusePort', 'broadcast', 'ttl', 'multicastTtl', 'multicastLoopback', 'join'] as const),
  ...(['multicastInterface', 'mode', 'unlink', 'verify', 'ca', 'cert', 'key', 'ciphers'] as const),
  ...(['servername', 'minVersion', 'maxVersion'] as const),
];

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : socatWord(host);
}

function socatPlace(plan: CodePlan): string {
  const { transport, listens, host, port, family } = plan;
  const version = family ?? '';
  if (transport === 'unix') {
    const name = plan.abstract ? 'ABSTRACT' : 'UNIX';
    return `${name}-${listens ? 'LISTEN' : 'CONNECT'}:${socatWord(plan.path)}`;
  }
  if (plan.tls)
    return listens ? `OPENSSL-LISTEN:${port}` : `OPENSSL:${bracketed(host ?? '')}:${port}`;
  const name = transport.toUpperCase();
  if (plan.multicast) return `UDP${family ?? 4}-DATAGRAM:${bracketed(host ?? '')}:${port}`;
  if (!listens) return `${name}${version}:${bracketed(host ?? '')}:${port}`;
  // Without a version socat listens on IPv4 alone.
  return `${name}${family ?? (host === null ? 6 : 4)}-LISTEN:${port}`;
}

function socatOptions(plan: CodePlan): string[] {
  const { options, listens, from, host, transport } = plan;
  const bound = listens ? host : (from?.host ?? null);
  const both = listens && host === null && plan.family === null && transport !== 'unix';
  const keep = options.keepaliveMs;
  return [
    ...(transport === 'unix' || bound === null ? [] : [`bind=${bracketed(bound)}`]),
    ...(plan.multicast && bound === null ? [`bind=:${plan.port}`] : []),
    ...(from && from.port > 0 ? [`sourceport=${from.port}`] : []),
    ...(listens && transport === 'tcp' ? ['reuseaddr'] : []),
    ...(listens && options.backlog !== undefined ? [`backlog=${options.backlog}`] : []),
    ...(both && !plan.tls ? ['ipv6-v6only=0'] : []),
    ...(options.connectTimeoutMs === undefined
      ? []
      : [`connect-timeout=${options.connectTimeoutMs / 1000}`]),
    ...(options.nodelay === undefined ? [] : [`nodelay=${options.nodelay ? 1 : 0}`]),
    ...(keep === undefined ? [] : [`keepalive=${keep === false ? 0 : 1}`]),
    ...(typeof keep === 'number' ? [`keepidle=${Math.floor(keep / 1000)}`] : []),
    ...(options.mode === undefined ? [] : [`mode=${options.mode.toString(8)}`]),
    ...(options.unlink === true && !plan.abstract ? ['unlink-early'] : []),
    ...datagramOptions(plan),
    ...(plan.tls ? socatTls(plan) : []),
    // The peer should not see an end of what was piped in.
    ...(listens ? [] : ['shut-none']),
  ];
}

function datagramOptions({ options, transport, memberships, multicast }: CodePlan): string[] {
  if (transport !== 'udp') return [];
  const shares = multicast || options.reuseAddress === true;
  return [
    ...(shares ? ['reuseaddr'] : []),
    ...(options.reusePort === true ? ['reuseport'] : []),
    ...(options.receiveBufferBytes === undefined ? [] : [`rcvbuf=${options.receiveBufferBytes}`]),
    ...(options.sendBufferBytes === undefined ? [] : [`sndbuf=${options.sendBufferBytes}`]),
    ...(options.v6only === undefined ? [] : [`ipv6-v6only=${options.v6only ? 1 : 0}`]),
    ...(options.broadcast === undefined ? [] : [`broadcast=${options.broadcast ? 1 : 0}`]),
    ...(options.ttl === undefined ? [] : [`ttl=${options.ttl}`]),
    ...(options.multicastTtl === undefined ? [] : [`ip-multicast-ttl=${options.multicastTtl}`]),
    ...(options.multicastLoopback === undefined
      ? []
      : [`ip-multicast-loop=${options.multicastLoopback ? 1 : 0}`]),
    ...(options.multicastInterface !== undefined && /^[\d.]+$/.test(options.multicastInterface)
      ? [`ip-multicast-if=${options.multicastInterface}`]
      : []),
    ...memberships.map(({ group, interface: on }) => {
      const six = group.includes(':');
      const local = on ?? (six ? '0' : '0.0.0.0');
      return six
        ? `ipv6-join-group=[${group}]:${socatWord(local)}`
        : `ip-add-membership=${group}:${socatWord(local)}`;
    }),
  ];
}

function socatTls({ options, listens }: CodePlan): string[] {
  const verify = listens ? options.requestCertificate === true : options.verify !== false;
  return [
    `verify=${verify ? 1 : 0}`,
    ...(options.ca === undefined ? [] : [`cafile=${socatWord(options.ca)}`]),
    ...(options.cert === undefined ? [] : [`cert=${socatWord(options.cert)}`]),
    ...(options.key === undefined ? [] : [`key=${socatWord(options.key)}`]),
    ...(options.ciphers === undefined ? [] : [`ciphers=${socatWord(options.ciphers)}`]),
    ...(options.servername === undefined
      ? []
      : [
          `commonname=${socatWord(options.servername)}`,
          `snihost=${socatWord(options.servername)}`,
        ]),
    ...(options.minVersion === undefined
      ? []
      : [`openssl-min-proto-version=TLS${options.minVersion}`]),
    ...(options.maxVersion === undefined
      ? []
      : [`openssl-max-proto-version=TLS${options.maxVersion}`]),
  ];
}

/** The same engine, without a window. */
export function wirebenchCode(
  plan: CodePlan,
  address: Address,
  steps: readonly CodeStep[],
): string {
  const sent = steps.filter(({ kind }) => kind === 'send');
  const verb = plan.listens || plan.multicast ? 'listen' : 'connect';
  const words = ['wirebench', verb, formatAddress(address)];
  const asText = sent.every(({ bytes }) => PRINTABLE.test(String.fromCharCode(...bytes)));
  if (verb === 'connect' && sent.length > 0) {
    if (!asText) words.push('--hex');
    for (const { bytes } of sent)
      words.push('--send', asText ? withPlainBraces(formatText(bytes)) : formatHex(bytes));
  }
  const last = steps.findLast(({ kind }) => kind === 'expect');
  if (last !== undefined && last.bytes.byteLength > 0)
    words.push('--expect', `hex:${formatHex(last.bytes)}`);
  else if (verb === 'connect' && sent.length > 0) words.push('--idle', `${plan.silenceMs}ms`);
  const silent = verb === 'listen' && sent.length > 0;
  return [
    ...head(plan, silent ? ['what was sent: see the option greeting, and reply'] : [], []),
    words.map(shellWord).join(' '),
    '',
  ].join('\n');
}
