/** Refusals about sockets, addresses, groups, interfaces, probes and rules. */
export const SOCKET_REFUSALS = {
  'no-socket':
    'There is no socket {id} (any more). It was removed, or the engine was started anew: choose another',
  'cannot-send':
    'Socket {id} ({kind}, {phase}) cannot send: it is not open, or has ended its sending side. Open it again, then send',
  'cannot-send-elsewhere':
    'Socket {id} ({kind}, {phase}) cannot send to another address: a connection reaches its peer alone. Open a socket for that address',
  'cannot-send-others':
    'Socket {id} ({kind}, {phase}) cannot send to others than {about}, which it is connected to. Use a udp-listen: socket for others',
  'cannot-send-no-peer':
    'Socket {id} ({kind}, {phase}) cannot send to its peer: it is connected to none. Name the address to send to',
  'cannot-send-one':
    'Socket {id} ({kind}, {phase}) cannot send but to all of its connections. To reach one, send on that connection',
  'cannot-half-close':
    'Socket {id} ({kind}, {phase}) cannot half-close: it is not open, or has done so already. Close it to end both sides',
  'cannot-half-close-yet':
    'Socket {id} ({kind}, {phase}) cannot half-close during the TLS handshake. Wait until it is done',
  'cannot-reset':
    'Socket {id} ({kind}, {phase}) cannot reset: only an open TCP connection can. Close it instead',
  'cannot-join':
    'Socket {id} ({kind}, {phase}) cannot join a multicast group: only an open UDP socket can that is not connected to a peer. Open udp-listen: or udp-mcast:',
  'cannot-leave':
    'Socket {id} ({kind}, {phase}) cannot leave a multicast group: only an open UDP socket that joined one can. Choose that socket',
  'cannot-tell-tls':
    'Socket {id} ({kind}, {phase}) cannot tell of TLS: it uses none, or has not begun it. Look at a tls: connection',
  'cannot-answer':
    'Socket {id} ({kind}, {phase}) cannot have a behaviour: it is closed, or belongs to another socket. Set it on the listener',
  'cannot-start-tls':
    'Socket {id} ({kind}, {phase}) cannot start TLS: only an open TCP connection can. Connect again, then start it',
  'cannot-start-tls-twice':
    'Socket {id} ({kind}, {phase}) cannot start TLS twice. It uses TLS already: just send',
  'cannot-connect-now':
    'Socket {id} ({kind}, {phase}) cannot connect now: nothing waits, as it is connected, connecting or closed. Open it again if it is closed',
  'cannot-pause':
    'Socket {id} ({kind}, {phase}) cannot pause reading: only a connection can that is not closed. Choose such a connection',
  'cannot-stop-accepting':
    'Socket {id} ({kind}, {phase}) cannot stop accepting: only an open listener can. Choose a listener',
  'cannot-accept-again':
    'Socket {id} ({kind}, {phase}) cannot accept again: only an open listener can. Open it anew',
  'cannot-limit':
    'Socket {id} ({kind}, {phase}) cannot limit its clients: only a listener can that is not closed. Choose a listener',
  'cannot-tell-options':
    'Socket {id} ({kind}, {phase}) cannot tell its socket options: it has none to show. Look at a TCP or UDP socket',
  'cannot-set':
    'Socket {id} ({kind}, {phase}) cannot set "{about}": it is not open, or has no such option. Open it with that option',
  'cannot-set-open':
    'Socket {id} ({kind}, {phase}) cannot set "{about}" while it is open. Open it again with the other value',
  'not-connected':
    'Socket {id} ({kind}) is not connected now, and cannot {what}. Wait until it is connected again, then try again',
  'not-a-closed-root':
    'Socket {id} is not a closed root: it is open, or belongs to another one. Close it, then remove it',
  'not-recorded':
    'Socket {id} is not recorded, so there is nothing to show or save. Switch recording on when you open it',
  'engine-closing': 'Wirebench is ending and opens nothing any more. Start it again',
  'engine-exited':
    'The part of Wirebench that holds the sockets ended. It starts again by itself: try again then.',
  'none-chosen-left': 'None of the chosen is connected any more. Choose others, or send to all',
  'nobody-for-file':
    'Socket {id} ({kind}, {phase}) has nobody to send a file to now. Wait for a connection, then send it',
  'file-on-its-way': 'A file is on its way there already. Wait until it is sent, or cancel it',
  'group-joined':
    'the group {group} is joined already: leave it as it is, or name another source or interface',
  'group-not-joined':
    'the group {group} is not joined on this socket: name group, interface and source as they were joined',
  'not-a-group':
    'the address {group} is no multicast group: those are 224.0.0.0 to 239.255.255.255, and IPv6 from ff00::',
  'group-family':
    'the group {group} is IPv{family}, but this socket is IPv{own}: use a group of IPv{own}, or open an IPv{family} socket',
  'source-family':
    'the source {source} is no IPv{family} address, as the group {group} is: name a source of IPv{family}',
  'group-scope':
    'the group {group} stays on one link, so its interface must be named: {group}%{example}',
  'bound-alone':
    'bound to {bound} alone, the socket gets nothing that is sent to {group}: bind it to all addresses',
  'no-group-named': 'No multicast group is named. Name one, such as udp-mcast:239.1.2.3:5000',
  'too-many-groups':
    'the system lets a socket join no more groups than it has ({why}): leave one, or open another socket',
  'no-group-route':
    'no interface is chosen, and the system has no route for {group} ({why}): name the interface',
  'wrong-family':
    'the address {host} is not IPv{family}, as this socket is: use an IPv{family} address, or open another socket',
  'unreachable-name':
    '{host} has no address this socket can reach: use a name or address of its IP version',
  'address-scope': 'the address {host} is on one link, so its interface must be named: {host}%eth0',
  'interface-unknown': 'There is no interface {name}; there are {found}',
  'interface-address-unknown': 'There is no interface with the address {name}; there are {found}',
  'interface-down': 'The interface {name} is down or has no cable. Switch it on, or choose another',
  'interface-no-ipv4': 'The interface {name} has no IPv4 address. Choose another',
  'interface-no-ipv6': 'The interface {name} has no IPv6 address. Choose another',
  'reuse-port-node':
    'SO_REUSEPORT needs Node 22.12 or later; this is {version}. Leave the option reuseport out',
  'reuse-port-linux': 'SO_REUSEPORT is for Linux. Leave the option reuseport out',
  'datagram-long':
    'A datagram to {peer} carries at most {most} bytes, and this is {bytes}: send it in parts',
  'pipes-windows': "named pipes are Windows' own; here {instead} does the same",
  'unix-windows': 'Node has no Unix sockets on Windows; {instead} does the same',
  'abstract-linux': "abstract names ({name}) are Linux' own; use the path of a file",
  'path-too-long':
    "the path has {bytes} bytes, and a socket's may have {most} on this system: use a shorter one",
  'sweep-too-many': 'These are {count} attempts, and one sweep may have {most}. Make several of it',
  'sweep-over': 'This sweep is over. Start it again',
  'probes-busy': 'Other probes are still running. Wait for one to end',
  'not-probed': 'What can be probed is tcp:HOST:PORT, tls:HOST:PORT, unix:PATH or pipe:NAME',
  'not-an-ip': '“{text}” is no IP address. Give one such as 192.168.1.50 or fe80::1%eth0',
  'datagrams-close':
    'A rule ends or resets the connection, and datagrams have none: set its close to none',
  'needs-connections': '"{name}" needs connections; datagrams can be answered by {names}',
  'bad-reply': 'The reply is wrong: {why}',
  'rule-wrong': 'rule {rule} "{name}", {field} at {at}: {why}',
  'rules-wrong': 'rule {rule} "{name}", {field} at {at}: {why} (and {more} more)',
  'rule-framing-wrong': 'the set, framing at {at}: {why}',
  'rules-framing-wrong': 'the set, framing at {at}: {why} (and {more} more)',
  'rule-slow':
    '/{pattern}/ took more than {ms} ms on one message and is not tried any more; nested repeats such as (a+)+ are the usual cause',
  'rule-no-reply': '{why}',
  'split-size-least': 'split-size is at least 64KiB: smaller files would be made all the time',
  'split-time-least': 'split-time is at least 1s: more files would be made all the time',
  'ring-needs-split': 'ring-parts counts files: say with split-size or split-time how big they are',
  'rules-none': 'The rules cannot be used. Correct them in “Answer by rules”, then try again',
  'bad-address': '{why}',
  'bad-targets': '{why}',
  'bad-options': '{why}',
  'bad-relay-target': '{why}',
} as const;
