import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Row } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { makeLink, noNetworks } from '../../../support/network-link';
import { freePort, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';
import { turnClock } from '../../../support/turn-clock';
import { WatchedEngine } from '../../../support/watched-engine';

vi.setConfig({ testTimeout: 30_000 });
if (noNetworks !== null) console.log(`SKIP multicast over links of our own: ${noNetworks}`);

/** Sends datagrams to a group: group, port, interface (an address, or a name for IPv6), text… */
const SEND = `
import socket, sys
group, port, of = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if ':' in group:
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(of))
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 4)
else:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(of))
    if len(sys.argv) > 5: s.bind((sys.argv[5], 0))
s.sendto(sys.argv[4].encode(), (group, port))
print('sent', flush=True)
`;

/** Prints each datagram sent to a group on an interface, with its TTL. */
const RECEIVE = `
import socket, sys
group, of = sys.argv[1], sys.argv[2]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL of Linux
s.bind(('0.0.0.0', 0))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(of))
print('port', s.getsockname()[1], flush=True)
while True:
    data, extra, flags, sender = s.recvmsg(2000, 100)
    print('got', data.decode(), 'ttl', int.from_bytes(extra[0][2], 'little'), 'from', sender[0], flush=True)
`;

async function notes(
  watched: WatchedEngine,
  socket: SocketId,
  view: string,
): Promise<Row['note'][]> {
  const { length } = await watched.engine.command('openView', { view, socket });
  const { rows } = await watched.engine.command('rows', { view, from: 0, count: length || 1 });
  return rows.map(({ note }) => note).filter((note) => note !== null);
}

test.skipIf(noNetworks)('a group joined on one interface hears that one alone', async () => {
  const [one, other] = [makeLink(), makeLink()];
  const path = join(await tempFolder(), 'group.pcapng');
  const watched = new WatchedEngine();
  const port = await freePort('udp', '0.0.0.0');
  const address = `udp-mcast:239.1.2.3:${port},mcast-if=${one.name}`;
  const socket = await watched.opened(address, { path });
  expect(socket.error).toBeNull();
  expect(socket).toMatchObject({
    local: { host: '0.0.0.0' },
    remote: { host: '239.1.2.3', port },
    groups: [{ group: '239.1.2.3', interface: one.name, source: null, joined: true }],
  });
  await other.python(SEND, '239.1.2.3', port, other.peer, 'wrong side').said(/sent/);
  await one.python(SEND, '239.1.2.3', port, one.peer, 'right side').said(/sent/);
  const peer = await watched.child(socket.id);
  expect(peer.remote?.host).toBe(one.peer);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1);
  expect(watched.bytes('in', peer.id).toString()).toBe('right side');
  watched.engine.registry.get(socket.id).close();
  await watched.closed(socket.id);
  expect(fields(path, 'udp', 'ip.src', 'data.data')).toEqual([
    [one.peer, Buffer.from('right side').toString('hex')],
  ]);
});

test.skipIf(noNetworks)('several groups join and leave while the socket lives', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'live.pcapng');
  const socket = await watched.opened(
    `udp4-listen:0,join=239.1.2.3%${link.name};239.1.2.4%${link.address}`,
    { path },
  );
  const port = socket.local?.port ?? 0;
  const speak = (group: string, text: string) =>
    link.python(SEND, group, port, link.peer, text).said(/sent/);
  const membership = { socket: socket.id, interface: link.name, source: null };
  await speak('239.1.2.3', 'a');
  await speak('239.1.2.4', 'b');
  await speak('239.1.2.5', 'not joined');
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 2);
  await watched.engine.command('joinGroup', { ...membership, group: '239.1.2.5' });
  await watched.engine.command('leaveGroup', { ...membership, group: '239.1.2.3' });
  await speak('239.1.2.3', 'left');
  await speak('239.1.2.5', 'c');
  const { groups } = await watched.until(socket.id, (i) => i.ledger.receivedChunks === 3);
  expect(groups.map(({ group }) => group)).toEqual(['239.1.2.4', '239.1.2.5']);
  const received = [...watched.engine.registry.all()].map(({ id }) =>
    watched.bytes('in', id).toString(),
  );
  expect(received.join('').split('').sort().join('')).toBe('abc');
  expect((await notes(watched, socket.id, 'v')).map((note) => [note?.event, note?.text])).toEqual([
    ['open', `0.0.0.0:${port}`],
    ['joined', `239.1.2.3 on ${link.name}`],
    ['joined', `239.1.2.4 on ${link.address}`],
    ['joined', `239.1.2.5 on ${link.name}`],
    ['left', `239.1.2.3 on ${link.name}`],
  ]);
  await expect(
    watched.engine.command('leaveGroup', { ...membership, group: '239.1.2.3' }),
  ).rejects.toMatchObject({ code: 'ERR_NOT_JOINED' });
});

test.skipIf(noNetworks)('a source-specific join hears that source alone', async () => {
  const link = makeLink();
  const second = link.peer.replace(/\.2$/, '.3');
  link.start('ip', 'addr', 'add', `${second}/24`, 'dev', link.peerName);
  const watched = new WatchedEngine();
  const port = await freePort('udp', '0.0.0.0');
  const socket = await watched.opened(
    `udp-mcast:232.1.2.3:${port},mcast-if=${link.name},source=${second}`,
  );
  expect(socket.error).toBeNull();
  expect(socket.groups).toEqual([
    { group: '232.1.2.3', interface: link.name, source: second, joined: true },
  ]);
  await link.python(SEND, '232.1.2.3', port, link.peer, 'other source', link.peer).said(/sent/);
  await link.python(SEND, '232.1.2.3', port, second, 'the source', second).said(/sent/);
  const peer = await watched.child(socket.id);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1);
  expect([peer.remote?.host, watched.bytes('in', peer.id).toString()]).toEqual([
    second,
    'the source',
  ]);
});

test.skipIf(noNetworks)('IPv6 groups: any source with its scope, and one source', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const port = await freePort('udp', '::');
  const any = await watched.opened(`udp-mcast:[ff02::1234%${link.name}]:${port}`);
  expect(any.error).toBeNull();
  expect(any.groups).toEqual([
    { group: 'ff02::1234', interface: link.name, source: null, joined: true },
  ]);
  await link.python(SEND, 'ff02::1234', port, link.peerName, 'six').said(/sent/);
  const peer = await watched.child(any.id);
  await watched.until(any.id, (i) => i.ledger.receivedChunks === 1);
  expect(watched.bytes('in', peer.id).toString()).toBe('six');
  const one = await watched.opened(
    `udp-mcast:[ff35::8000:1]:${port},mcast-if=${link.name},source=${link.peer6}`,
  );
  expect(one.error).toBeNull();
  await link.python(SEND, 'ff35::8000:1', port, link.peerName, 'seven').said(/sent/);
  const second = await watched.child(one.id);
  await watched.until(one.id, (i) => i.ledger.receivedChunks === 1);
  expect([second.remote?.host, watched.bytes('in', second.id).toString()]).toEqual([
    link.peer6,
    'seven',
  ]);
});

test.skipIf(noNetworks)('sends to its group with TTL, through the interface chosen', async () => {
  const link = makeLink();
  const receiver = link.python(RECEIVE, '239.7.7.7', link.peer);
  const [, port = ''] = await receiver.said(/port (\d+)/);
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'ttl.pcapng');
  const socket = await watched.opened(
    `udp-mcast:239.7.7.7:${port},mcast-if=${link.name},mcast-ttl=7,mcast-loop=off`,
    { path },
  );
  await watched.send(socket.id, 'to the group');
  const [, ttl, from] = await receiver.said(/got to the group ttl (\d+) from (\S+)/);
  expect([ttl, from]).toEqual(['7', link.address]);
  const { ledger } = await watched.until(socket.id, (i) => i.ledger.sentChunks === 1);
  // With loopback off our own datagram does not come back.
  expect(ledger.receivedChunks).toBe(0);
  watched.engine.registry.get(socket.id).close();
  await watched.closed(socket.id);
  expect(fields(path, 'udp', 'ip.dst', 'udp.dstport')).toEqual([['239.7.7.7', port]]);
});

test.skipIf(noNetworks)('with loopback on, another socket of this computer hears it', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const port = await freePort('udp', '0.0.0.0');
  const first = await watched.opened(`udp-mcast:239.7.7.8:${port},mcast-if=${link.name}`);
  const second = await watched.opened(`udp-mcast:239.7.7.8:${port},mcast-if=${link.name}`);
  expect(second.error).toBeNull();
  await watched.send(second.id, 'hello all');
  await watched.until(first.id, (i) => i.ledger.receivedChunks === 1, 'at the first');
  await watched.until(second.id, (i) => i.ledger.receivedChunks === 1, 'at the sender');
});

test.skipIf(noNetworks)('socat hears and is heard, IPv4 and IPv6', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  for (const [group, receive, send] of [
    ['239.9.9.9', `UDP4-RECVFROM:@,ip-add-membership=239.9.9.9:${link.peer}`, 'UDP4-DATAGRAM:@'],
    [
      'ff05::9999',
      `UDP6-RECVFROM:@,ipv6-join-group=[ff05::9999]:${link.peerName}`,
      `UDP6-DATAGRAM:@`,
    ],
  ] as const) {
    const host = group.includes(':') ? `[${group}]` : group;
    const port = await freePort('udp', '0.0.0.0');
    const options = `mcast-if=${link.name},mcast-ttl=4`;
    const socket = await watched.opened(`udp-mcast:${host}:${port},${options}`);
    expect(socket.error).toBeNull();
    const hears = link.start('socat', '-u', receive.replace('@', String(port + 1)), 'STDOUT');
    await link.python(UNTIL_BOUND, port + 1).said(/bound/);
    const target = { to: 'address', host: group, port: port + 1 } as const;
    const bytes = new Uint8Array(Buffer.from('from wirebench\n'));
    await watched.engine.command('send', { socket: socket.id, target, bytes });
    await hears.said(/from wirebench/);
    if (group === '239.9.9.9') {
      const says = link.start('socat', '-u', 'STDIN', send.replace('@', `${host}:${port}`));
      says.write('from socat\n');
      await watched.until(socket.id, (i) => i.ledger.receivedChunks > 0, 'datagram of socat');
    }
  }
});

/** Waits until somebody there has bound a UDP port. */
const UNTIL_BOUND = `
import sys, time
key = ':%04X ' % int(sys.argv[1])
while not any(key in line for t in ('udp', 'udp6') for line in open('/proc/net/' + t)): time.sleep(0.02)
print('bound', flush=True)
`;

test.skipIf(noNetworks)('an interface that goes away and comes back is joined again', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'again.pcapng');
  const port = await freePort('udp', '0.0.0.0');
  const address = `udp-mcast:239.5.5.5:${port},mcast-if=${link.name}`;
  const socket = await watched.opened(address, { path });
  link.ip('link', 'set', link.name, 'down');
  const gone = turnClock();
  await watched.until(socket.id, (i) => i.groups[0]?.joined === false, 'membership lost');
  expect(gone()).toBeLessThan(2000);
  link.ip('link', 'del', link.name);
  // The same device under another number, as a USB adapter that was unplugged.
  link.ip(
    'link',
    'add',
    link.name,
    'type',
    'veth',
    'peer',
    'name',
    link.peerName,
    'netns',
    link.there,
  );
  link.ip('addr', 'add', `${link.address}/24`, 'dev', link.name);
  link.ip('link', 'set', link.name, 'up');
  link.ip(
    'netns',
    'exec',
    link.there,
    'ip',
    'addr',
    'add',
    `${link.peer}/24`,
    'dev',
    link.peerName,
  );
  link.ip('netns', 'exec', link.there, 'ip', 'link', 'set', link.peerName, 'up');
  const back = turnClock();
  await watched.until(socket.id, (i) => i.groups[0]?.joined === true, 'joined again');
  expect(back()).toBeLessThan(3000);
  await link.python(SEND, '239.5.5.5', port, link.peer, 'again').said(/sent/);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1, 'datagram after it');
  expect((await notes(watched, socket.id, 'v')).map((note) => note?.event)).toEqual([
    'open',
    'joined',
    'left',
    'joined',
  ]);
});

test('what cannot be joined says why', async () => {
  const watched = new WatchedEngine();
  for (const [address, code] of [
    ['udp-mcast:239.1.1.1:5999,mcast-if=nosuch0', 'ERR_INTERFACE_UNKNOWN'],
    ['udp-mcast:239.1.1.1:5999,mcast-if=203.0.113.77', 'ERR_INTERFACE_UNKNOWN'],
    ['udp-mcast:[ff02::1]:5999', 'ERR_SCOPE_MISSING'],
  ] as const) {
    const socket = await watched.opened(address);
    expect([address, socket.phase, socket.error?.code]).toEqual([address, 'closed', code]);
  }
  const open = await watched.opened('udp4-listen:0');
  const join = (group: string, over: object = {}) =>
    watched.engine.command('joinGroup', {
      ...{ socket: open.id, group, interface: null, source: null },
      ...over,
    });
  for (const [group, over, code] of [
    ['192.168.1.1', {}, 'ERR_MULTICAST_GROUP'],
    ['device.local', {}, 'ERR_MULTICAST_GROUP'],
    ['fe80::1', {}, 'ERR_MULTICAST_GROUP'],
    ['ff15::1', {}, 'ERR_WRONG_FAMILY'],
    ['239.1.1.1', { source: '::1' }, 'ERR_SOURCE_FAMILY'],
    ['239.1.1.1', { source: 'device' }, 'ERR_SOURCE_FAMILY'],
    ['239.1.1.1', { interface: 'nosuch0' }, 'ERR_INTERFACE_UNKNOWN'],
  ] as const)
    await expect(join(group, over), group).rejects.toMatchObject({ code });
  expect(watched.engine.socketInfo(open.id).groups).toEqual([]);
  const bound = await watched.opened('udp-listen:127.0.0.1:0');
  await expect(
    watched.engine.command('joinGroup', {
      ...{ socket: bound.id, group: '239.1.1.1', interface: null, source: null },
    }),
  ).rejects.toMatchObject({ code: 'ERR_MULTICAST_BIND' });
  const listener = await watched.opened('tcp-listen:127.0.0.1:0');
  await expect(
    watched.engine.command('joinGroup', {
      ...{ socket: listener.id, group: '239.1.1.1', interface: null, source: null },
    }),
  ).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
});

test.skipIf(noNetworks)(
  'an interface that is down says so, and so does one without IPv4',
  async () => {
    const link = makeLink();
    const watched = new WatchedEngine();
    link.ip('addr', 'flush', 'dev', link.name, 'scope', 'global');
    const without = await watched.opened(`udp-mcast:239.1.1.1:5999,mcast-if=${link.name}`);
    expect(without.error).toMatchObject({
      code: 'ERR_INTERFACE_DOWN',
      message: `The interface ${link.name} has no IPv4 address. Choose another`,
    });
    link.ip('link', 'set', link.name, 'down');
    const down = await watched.opened(`udp-mcast:239.1.1.1:5999,mcast-if=${link.name}`);
    expect(down.error).toMatchObject({
      code: 'ERR_INTERFACE_DOWN',
      message: `The interface ${link.name} is down or has no cable. Switch it on, or choose another`,
    });
  },
);

const linux = process.platform === 'linux';
if (!linux) console.log('SKIP multicast over lo: other systems call it differently');

test.runIf(linux)('a group of this computer alone works without any network', async () => {
  const watched = new WatchedEngine();
  const port = await freePort('udp', '0.0.0.0');
  const socket = await watched.opened(`udp-mcast:239.3.3.3:${port},mcast-if=lo`);
  expect(socket.error).toBeNull();
  await startPython(SEND, '239.3.3.3', port, '127.0.0.1', 'local').said(/sent/);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1);
});

test.skipIf(noNetworks)('a socket of both IP versions joins groups of both', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp-listen:0');
  const port = socket.local?.port ?? 0;
  for (const group of ['239.6.6.6', 'ff15::66'])
    await watched.engine.command('joinGroup', {
      ...{ socket: socket.id, group, interface: link.name, source: null },
    });
  await link.python(SEND, '239.6.6.6', port, link.peer, 'four').said(/sent/);
  await link.python(SEND, 'ff15::66', port, link.peerName, 'six').said(/sent/);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 2, 'one of each');
});

test.runIf(linux)('more groups than the system allows: the last one says so', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp4-listen:0');
  const join = (n: number) =>
    watched.engine.command('joinGroup', {
      ...{ socket: socket.id, group: `239.8.8.${n}`, interface: 'lo', source: null },
    });
  const most = Number(readFileSync('/proc/sys/net/ipv4/igmp_max_memberships', 'latin1'));
  for (let n = 1; n <= most; n += 1) await join(n);
  await expect(join(most + 1)).rejects.toMatchObject({ code: 'ERR_TOO_MANY_GROUPS' });
  expect(watched.engine.socketInfo(socket.id).groups).toHaveLength(most);
});
