import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { readInterfaces } from '../../../../src-main/engine/network/interfaces';
import {
  directedBroadcast,
  inSubnet,
  isPrivate,
  prefixBits,
} from '../../../../src-main/engine/network/subnet';
import { engineMessage } from '../../../../src-shared/contract/engine';
import type { EngineUpdate, ParamsOf } from '../../../../src-shared/contract/engine';
import { bundleModule } from '../../../support/bundle';
import { within } from '../../../support/deadline';
import { makeLink, noNetworks } from '../../../support/network-link';
import { startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { turnClock } from '../../../support/turn-clock';
import { WatchedEngine } from '../../../support/watched-engine';

vi.setConfig({ testTimeout: 20_000 });
const linux = process.platform === 'linux';
if (noNetworks !== null) console.log(`SKIP networks of our own: ${noNetworks}`);
if (!linux) console.log('SKIP owners of ports: only Linux tells them');

test('subnets', () => {
  expect(prefixBits('255.255.255.0')).toBe(24);
  expect(prefixBits('0.0.0.0')).toBe(0);
  expect(prefixBits('255.255.255.255')).toBe(32);
  expect(prefixBits('255.255.252.0')).toBe(22);
  expect(prefixBits('ffff:ffff:ffff:ffff::')).toBe(64);
  expect(prefixBits('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(128);
  expect(directedBroadcast('192.168.1.20', 24)).toBe('192.168.1.255');
  expect(directedBroadcast('172.16.5.1', 22)).toBe('172.16.7.255');
  expect(directedBroadcast('10.1.2.3', 8)).toBe('10.255.255.255');
  expect(directedBroadcast('10.1.2.3', 30)).toBe('10.1.2.3');
  expect(directedBroadcast('10.1.2.3', 31)).toBeNull();
  expect(directedBroadcast('10.1.2.3', 32)).toBeNull();
  expect(directedBroadcast('fe80::1', 64)).toBeNull();
  const own = { address: '192.168.1.20', prefixBits: 24 };
  expect(inSubnet('192.168.1.99', own)).toBe(true);
  expect(inSubnet('192.168.2.99', own)).toBe(false);
  expect(inSubnet('::1', own)).toBe(false);
  expect(['10.0.0.1', '172.31.0.1', '192.168.0.1', '169.254.1.1', 'fd00::1'].every(isPrivate)).toBe(
    true,
  );
  expect(['172.32.0.1', '8.8.8.8', '2001:db8::1', '11.0.0.1'].some(isPrivate)).toBe(false);
});

/** As iproute2 tells it. */
const ipAddr = z.array(
  z.object({
    ifname: z.string(),
    address: z.string().optional(),
    addr_info: z.array(z.object({ family: z.string(), broadcast: z.string().optional() })),
  }),
);
const ipRoute = z.array(z.object({ prefsrc: z.string(), gateway: z.string(), dev: z.string() }));

test.skipIf(noNetworks)('interfaces are as ip(8) tells them', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const { interfaces } = await watched.engine.command('network', {});
  const told = ipAddr.parse(JSON.parse(link.ip('-json', 'addr')));
  expect(interfaces.map(({ name }) => name).sort()).toEqual(told.map((one) => one.ifname).sort());
  const ours = interfaces.find(({ name }) => name === link.name);
  const theirs = told.find(({ ifname }) => ifname === link.name);
  expect(ours).toMatchObject({ mac: theirs?.address, loopback: false, up: true });
  const v4 = ours?.addresses.find(({ family }) => family === 'IPv4');
  expect(v4).toEqual({
    address: link.address,
    family: 'IPv4',
    netmask: '255.255.255.0',
    prefixBits: 24,
    broadcast: theirs?.addr_info.find(({ family }) => family === 'inet')?.broadcast,
    scope: 'global',
  });
  link.ip('link', 'set', link.name, 'down');
  const down = readInterfaces().find(({ name }) => name === link.name);
  expect(down).toMatchObject({ up: false, addresses: [], mac: theirs?.address });
});

test.skipIf(noNetworks)('the way to a host, and from which address', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const way = async (host: string) => {
    const { paths } = await watched.engine.command('route', { host });
    return paths[0];
  };
  const near = link.peer.replace(/\.2$/, '.77');
  expect(await way(link.peer)).toMatchObject({
    ...{ family: 'IPv4', source: link.address, interface: link.name, via: 'link' },
    ...{ gateway: null, error: null, mismatch: null },
  });
  expect(await way(link.broadcast)).toMatchObject({ interface: link.name, via: 'link' });
  expect(await way(link.address)).toMatchObject({ via: 'local' });
  link.ip('route', 'add', '239.9.0.0/16', 'dev', link.name);
  expect(await way('239.9.9.9')).toMatchObject({ interface: link.name, via: 'link' });
  expect((await way('fe80::1'))?.error?.code).toBe('ERR_SCOPE_MISSING');
  expect(await way(`[${link.peer6}]`)).toMatchObject({ source: link.address6, via: 'link' });
  link.ip('route', 'add', '172.29.0.0/16', 'via', link.peer, 'dev', link.name);
  const got = link.ip('-json', 'route', 'get', '172.29.7.7');
  const [told] = ipRoute.parse(JSON.parse(got));
  expect(await way('172.29.7.7')).toMatchObject({
    source: told?.prefsrc,
    gateway: told?.gateway,
    interface: told?.dev,
    via: 'router',
  });
  // A private network that is none of ours: the address most like it is named.
  const other = link.peer.replace(/\.\d+\.2$/, '.254.9');
  expect((await way(other))?.mismatch).toMatchObject({
    address: link.address,
    netmask: '255.255.255.0',
    interface: link.name,
  });
  expect((await way(near))?.mismatch).toBeNull();
  link.ip('route', 'add', 'prohibit', '172.28.0.0/16');
  onTestFinished(() => void spawnSync('ip', ['route', 'del', 'prohibit', '172.28.0.0/16']));
  expect(await way('172.28.1.1')).toMatchObject({ source: null, via: null });
  expect((await way('172.28.1.1'))?.error?.code).toBe('EACCES');
});

test.skipIf(noNetworks)('names and MACs of peers, and why there are none', async () => {
  const link = makeLink();
  const { engine } = new WatchedEngine();
  const known = (address: string) => engine.command('peerNames', { address });
  const near = link.peer.replace(/\.2$/, '.77');
  const mac = '02:00:5e:10:20:30';
  link.ip('neigh', 'add', near, 'lladdr', mac, 'dev', link.name);
  link.ip('neigh', 'add', link.peer6.replace(/2$/, '77'), 'lladdr', mac, 'dev', link.name);
  link.ip('route', 'add', '172.27.0.0/16', 'via', near, 'dev', link.name);
  expect(await known(near)).toMatchObject({ mac, macReason: null });
  expect((await known('172.27.7.7')).macReason).toBe('router');
  expect((await known(near.replace('.77', '.78'))).macReason).toBe('unseen');
  expect((await known('239.1.1.1')).macReason).toBe('group');
  const { neighbours, reason } = await engine.command('neighbours', {});
  expect(reason).toBeNull();
  expect(neighbours).toContainEqual({ address: near, mac, interface: link.name });
  expect(neighbours.filter((one) => one.mac === mac)).toHaveLength(2);
});

test('the name of an address is the one the system has', async () => {
  const { engine } = new WatchedEngine();
  const asked = await engine.command('peerNames', { address: '[::ffff:127.0.0.1]' });
  const code = 'import socket; print(socket.gethostbyaddr("127.0.0.1")[0])';
  const { stdout, status } = spawnSync('python3', ['-c', code], { encoding: 'utf8' });
  expect(asked).toMatchObject({ mac: null, macReason: 'local' });
  expect(asked.names).toEqual(status === 0 ? [stdout.trim()] : []);
  const nobody = await engine.command('peerNames', { address: '127.9.9.9' });
  expect([nobody.names, nobody.error?.code]).toEqual([[], 'ENOTFOUND']);
  await expect(engine.command('peerNames', { address: 'localhost' })).rejects.toMatchObject({
    code: 'ERR_BAD_ADDRESS',
  });
});

/** An address of this computer that no other test sends to. */
const LONELY = linux ? '127.77.77.77' : '127.0.0.1';

test('looking for the way sends nothing', async () => {
  const socket = createSocket('udp4').bind(9, LONELY);
  onTestFinished(() => void socket.close());
  const outcome = await Promise.race([
    once(socket, 'listening').then(() => 'listening'),
    once(socket, 'error').then(() => 'error'),
  ]);
  if (outcome === 'error') {
    console.log('SKIP that a look at the way sends nothing: port 9 is taken or needs root');
    return;
  }
  let received = 0;
  socket.on('message', () => (received += 1));
  const watched = new WatchedEngine();
  await watched.engine.command('route', { host: LONELY });
  const marker = createSocket('udp4');
  onTestFinished(() => void marker.close());
  marker.send('marker', 9, LONELY);
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  expect([bytes.toString(), received]).toEqual(['marker', 1]);
});

test('names: localhost in the order of the system, and one that does not exist', async () => {
  const watched = new WatchedEngine();
  const { paths, resolveMs } = await watched.engine.command('route', { host: 'localhost' });
  expect(resolveMs).toBeGreaterThanOrEqual(0);
  expect(paths.length).toBeGreaterThan(0);
  for (const { address, source, via } of paths)
    expect([['127.0.0.1', '::1'].includes(address), source, via]).toEqual([true, address, 'local']);
  const none = await watched.engine.command('route', { host: 'no-such-host.invalid' });
  expect(none.paths).toEqual([]);
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(none.error?.code);
});

test.runIf(linux)('who has a port: a program, ourselves, nobody', async () => {
  const watched = new WatchedEngine();
  const owner = (protocol: ParamsOf<'portOwner'>['protocol'], port: number) =>
    watched.engine.command('portOwner', { protocol, port });
  for (const kind of ['tcp', 'udp'] as const) {
    const program = startPython(
      `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if sys.argv[1] == 'tcp' else socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
if sys.argv[1] == 'tcp': s.listen()
print(s.getsockname()[1], flush=True)
sys.stdin.read()
`,
      kind,
    );
    const port = Number((await program.said(/^\d+/))[0]);
    const found = await owner(kind, port);
    expect(found).toMatchObject({
      reason: null,
      holders: [{ local: { host: '127.0.0.1', port } }],
    });
    const [holder] = found.holders;
    expect(holder?.name).toMatch(/^python/);
    // The program, or what its launcher has become.
    const listed = spawnSync('ss', ['-Hlnp', kind === 'tcp' ? '-t' : '-u', `sport = :${port}`]);
    expect(listed.stdout.toString()).toContain(`pid=${holder?.pid}`);
    const taken = await watched.opened(`${kind}-listen:127.0.0.1:${port}`);
    expect(taken.error).toMatchObject({
      code: 'EADDRINUSE',
      takenBy: `${holder?.name} (pid ${holder?.pid})`,
    });
  }
  const ours = await watched.opened('tcp-listen:[::1]:0');
  const port = ours.local?.port ?? 0;
  const client = connect(port, '::1');
  onTestFinished(() => void client.destroy());
  await watched.child(ours.id);
  expect(await owner('tcp', port)).toMatchObject({
    holders: [{ local: { host: '::1', port }, pid: process.pid }],
  });
  watched.engine.registry.get(ours.id).close();
  client.destroy();
  await watched.closed(ours.id);
  const after = await owner('tcp', port);
  expect(after.holders.every(({ pid }) => pid === null)).toBe(true);
});

test.skipIf(noNetworks)('a port of another user is told as far as the system tells', async () => {
  const program = startProgram('socat', ['-u', 'TCP4-LISTEN:0,bind=127.0.0.1', 'STDOUT']);
  const port = await listeningPort(program.pid);
  const told = spawnSync('setpriv', [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    'id',
    '-u',
  ]);
  if (told.status !== 0) {
    console.log('SKIP ports of another user: no setpriv');
    return;
  }
  const folder = await tempFolder();
  spawnSync('chmod', ['755', folder]);
  const module = await bundleModule('src-main/engine/network/port-owner.ts', folder);
  const script = `const { portOwner } = await import(${JSON.stringify(module)}); console.log(JSON.stringify(await portOwner('tcp', ${port})))`;
  const { stdout } = spawnSync(
    'setpriv',
    [
      ...['--reuid=65534', '--regid=65534', '--clear-groups'],
      ...[process.execPath, '--input-type=module', '-e', script],
    ],
    { encoding: 'utf8', cwd: '/' },
  );
  expect(JSON.parse(stdout)).toEqual({
    holders: [{ local: { host: '127.0.0.1', port }, pid: null, name: null, user: 'root' }],
    reason: 'other-user',
  });
});

async function listeningPort(pid: number): Promise<number> {
  return await within(
    new Promise((resolve) => {
      const look = () => {
        const { stdout } = spawnSync('ss', ['-Hlntp'], { encoding: 'utf8' });
        const line = stdout.split('\n').find((one) => one.includes(`pid=${pid},`));
        const port = Number(/:(\d+)\s/.exec(line ?? '')?.[1]);
        if (port > 0) resolve(port);
        else setTimeout(look, 20);
      };
      look();
    }),
    'listening port',
  );
}

test.skipIf(noNetworks)('changes reach a window that watches, within 2 s', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const updates: EngineUpdate[] = [];
  let wake: () => void = () => undefined;
  const window = watched.engine.attach((message) => {
    const parsed = engineMessage.parse(message);
    if (parsed.type === 'update') updates.push(parsed.update);
    wake();
  });
  onTestFinished(() => window.detach());
  const until = (is: () => boolean, what: string) =>
    within(
      new Promise<void>((resolve) => {
        wake = () => {
          if (is()) resolve();
        };
        wake();
      }),
      what,
    );
  const told = () => updates.flatMap(({ network }) => (network ? [network] : []));
  window.receive({ id: 1, command: 'network', params: { watch: true } });
  const extra = link.address.replace(/\.1$/, '.42');
  await until(() => updates.length > 0, 'first update');
  link.ip('addr', 'add', `${extra}/24`, 'dev', link.name);
  const took = turnClock();
  await until(() => told().length === 1, 'told of the new address');
  expect(took()).toBeLessThan(2000);
  const addresses = told()[0]?.find(({ name }) => name === link.name)?.addresses;
  expect(addresses?.map(({ address }) => address)).toContain(extra);
  // Nobody watches any more: nothing is looked at, nothing is told.
  window.receive({ id: 2, command: 'network', params: { watch: false } });
  link.ip('addr', 'del', `${extra}/24`, 'dev', link.name);
  const other = new WatchedEngine();
  other.engine.registry.watchNetwork(other, true);
  const looked = new Promise<void>((resolve) => {
    other.engine.registry.network.watch(() => {
      resolve();
    });
  });
  link.ip('addr', 'add', `${extra}/24`, 'dev', link.name);
  await within(looked, 'another engine sees it');
  expect(told()).toHaveLength(1);
  other.engine.registry.watchNetwork(other, false);
});

test.skipIf(noNetworks)('a listener and a UDP socket say when their address has gone', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const folder = await tempFolder();
  const sockets = [];
  for (const kind of ['tcp-listen', 'udp-listen']) {
    const address = `${kind}:${link.address}:0`;
    sockets.push(await watched.opened(address, { path: join(folder, `${kind}.pcapng`) }));
  }
  link.ip('addr', 'del', `${link.address}/24`, 'dev', link.name);
  const took = turnClock();
  for (const { id } of sockets) await watched.until(id, (i) => i.addressGone, 'told as gone');
  expect(took()).toBeLessThan(2000);
  expect(watched.faults.map(({ error }) => error.code)).toEqual([
    'ERR_ADDRESS_GONE',
    'ERR_ADDRESS_GONE',
  ]);
  link.ip('addr', 'add', `${link.address}/24`, 'dev', link.name);
  for (const { id } of sockets) await watched.until(id, (i) => !i.addressGone, 'told as back');
  const [tcp, udp] = sockets;
  await link
    .python(TALK, link.address, tcp?.local?.port ?? 0, udp?.local?.port ?? 0)
    .said(/talked/);
  await watched.until(tcp?.id ?? 0, (i) => i.ledger.receivedBytes === 3, 'bytes by TCP');
  await watched.until(udp?.id ?? 0, (i) => i.ledger.receivedBytes === 3, 'bytes by UDP');
  for (const { id } of sockets) {
    const { length } = await watched.engine.command('openView', { view: `v${id}`, socket: id });
    const { rows } = await watched.engine.command('rows', {
      view: `v${id}`,
      from: 0,
      count: length,
    });
    const events = rows.flatMap(({ note }) => (note ? [note.event] : []));
    expect(events.slice(0, 3)).toEqual(['open', 'address-gone', 'address-back']);
  }
});

/** Says `tcp` to a TCP port and `udp` to a UDP port. */
const TALK = `
import socket, sys
t = socket.create_connection((sys.argv[1], int(sys.argv[2]))); t.sendall(b'tcp')
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'udp', (sys.argv[1], int(sys.argv[3])))
print('talked', flush=True); sys.stdin.read()
`;
