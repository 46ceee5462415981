/**
 * Options as socat and the socket API name them, of which Node has no call (Node 20 to 24), and
 * the constant of each. Named one by one, so that whoever asks hears that and not "unknown".
 */
export const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ...of('IP_TOS', 'tos', 'ip-tos', 'iptos'),
  ...of('IPV6_TCLASS', 'ipv6-tclass', 'tclass'),
  ...of('SO_LINGER', 'linger', 'so-linger'),
  ...of('TCP_MAXSEG', 'mss', 'tcp-maxseg', 'maxseg'),
  ...of('TCP_KEEPINTVL', 'keepintvl', 'tcp-keepintvl'),
  ...of('TCP_KEEPCNT', 'keepcnt', 'tcp-keepcnt'),
  ...of('TCP_CORK', 'cork', 'tcp-cork'),
  ...of('TCP_QUICKACK', 'quickack', 'tcp-quickack'),
  ...of('TCP_USER_TIMEOUT', 'user-timeout', 'tcp-user-timeout'),
  ...of('TCP_DEFER_ACCEPT', 'defer-accept', 'tcp-defer-accept'),
  ...of('TCP_FASTOPEN', 'fastopen', 'tcp-fastopen'),
  ...of('SO_BINDTODEVICE', 'so-bindtodevice', 'bindtodevice', 'interface', 'if'),
  ...of('SO_TIMESTAMP', 'so-timestamp', 'timestamp'),
  ...of('SO_OOBINLINE', 'oobinline', 'so-oobinline'),
  ...of('SO_PRIORITY', 'so-priority', 'priority'),
  ...of('SO_MARK', 'so-mark', 'mark'),
  ...of('SO_RCVTIMEO', 'so-rcvtimeo', 'rcvtimeo'),
  ...of('SO_SNDTIMEO', 'so-sndtimeo', 'sndtimeo'),
  ...of('IP_MTU_DISCOVER', 'ip-mtu-discover', 'mtudiscover'),
  ...of('IP_PKTINFO', 'ip-pktinfo', 'pktinfo'),
  ...of('IP_OPTIONS', 'ip-options', 'ipoptions'),
  ...of('IP_FREEBIND', 'ip-freebind', 'freebind'),
  ...of('IP_TRANSPARENT', 'ip-transparent', 'transparent'),
  ...of('O_NONBLOCK', 'nonblock', 'o-nonblock'),
]);

function of(constant: string, ...names: string[]): [string, string][] {
  return names.map((name) => [name, constant]);
}
