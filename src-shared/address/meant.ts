import type { AddressKind } from './kinds';
import { listens } from './kinds';

/** Words that other programs have for an option, and ours: the first that the kind has is meant. */
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ...of(['mcast-if', 'bind'], 'iface', 'device', 'dev', 'nic', 'interface-name', 'local-interface'),
  ...of(['bind'], 'local', 'local-address', 'source-address', 'laddr', 'bind-address', 'listen'),
  ...of(['sourceport'], 'local-port', 'localport', 'lport', 'bind-port'),
  ...of(['connect-timeout', 'idle-timeout'], 'timeout', 'wait', 'deadline'),
  ...of(['send-rate'], 'rate', 'speed', 'bandwidth', 'throttle', 'limit-rate', 'bps'),
  ...of(['max-clients'], 'clients', 'max-connections', 'max-conn', 'connections', 'limit'),
  ...of(['nodelay'], 'nagle', 'no-delay'),
  ...of(['rcvbuf'], 'buffer', 'bufsize', 'receive-buffer', 'recv-buffer'),
  ...of(['sndbuf'], 'send-buffer'),
  ...of(['reconnect-limit'], 'retries', 'attempts'),
  ...of(['verify'], 'insecure', 'no-verify', 'noverify', 'skip-verify', 'check'),
  ...of(['servername'], 'sni', 'server-name'),
  ...of(['cert'], 'certfile', 'crt', 'pem'),
  ...of(['key'], 'keyfile', 'private-key'),
  ...of(['passphrase'], 'password', 'pass'),
  ...of(['ca'], 'cacert', 'root', 'trust'),
  ...of(['request-cert'], 'client-cert', 'mutual', 'mtls'),
  ...of(['min-version'], 'tls-version', 'version'),
  ...of(['join'], 'group', 'multicast', 'multicast-group'),
  ...of(['mode'], 'permissions', 'chmod', 'umask'),
  ...of(['greeting'], 'banner', 'welcome'),
  ...of(['behave'], 'echo', 'http', 'discard'),
  ...of(['relay-to'], 'target', 'forward', 'proxy', 'relay'),
  ...of(['only-from'], 'from', 'allow', 'peer'),
  ...of(['block'], 'deny', 'reject'),
]);

/** What stands in an address before its options. */
const PLACES = new Set(['port', 'host', 'hostname', 'address', 'addr', 'ip', 'path', 'socket']);

/** Schemes of URLs and words of other programs, and our kind. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ...each('tcp', 'http', 'ws', 'telnet', 'ftp', 'client', 'connect', 'mqtt', 'modbus', 'socket'),
  ...each('tls', 'https', 'wss', 'ftps', 'mqtts', 'dtls'),
  ...each('tcp-listen', 'listen', 'server', 'tcp-server', 'tcp-bind', 'accept'),
  ...each('udp', 'broadcast', 'datagram', 'udp-send', 'coap', 'dns'),
  ...each('udp-listen', 'udp-server', 'udp-bind', 'bind'),
  ...each('udp-mcast', 'multicast', 'mcast', 'udp-multicast'),
  ...each('unix', 'local', 'ipc', 'uds', 'file'),
  ...each('pipe', 'npipe', 'named-pipe'),
]);

/** Our words for `word`, if others use it; `here`: the names of the options that the kind has. */
export function meantOption(word: string, here: readonly string[]): string | undefined {
  return OPTIONS.get(word)?.find((one) => here.includes(one));
}

export function meantKind(word: string): string | undefined {
  return KINDS.get(word);
}

/**
 * Why `word` needs no option: what it says stands before the first comma, or is so anyway. Null: it
 * may be one that is misspelt.
 */
export function needsNoOption(word: string, kind: AddressKind): 'place' | 'anyway' | null {
  if (PLACES.has(word)) return 'place';
  return word === 'fork' && listens(kind) ? 'anyway' : null;
}

function of(ours: readonly string[], ...words: string[]): [string, readonly string[]][] {
  return words.map((word) => [word, ours]);
}

function each(ours: string, ...words: string[]): [string, string][] {
  return words.map((word) => [word, ours]);
}
