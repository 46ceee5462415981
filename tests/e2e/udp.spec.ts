import { expect, test, type Peers } from '../support/electron-app';
import { enginePid } from '../support/process-tree';
import { fields, tshark } from '../support/tshark';
import { Workbench } from '../support/workbench';

/** Sends what its input says, one datagram a line of hex; prints what it gets. */
const PEER = `
import socket, sys, threading
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind(('127.0.0.1', 0))
print('port', peer.getsockname()[1], flush=True)
def listen():
    while True:
        print('got', peer.recvfrom(65535)[0].hex(), flush=True)
threading.Thread(target=listen, daemon=True).start()
for line in sys.stdin:
    peer.sendto(bytes.fromhex(line.strip()), ('127.0.0.1', int(sys.argv[1])))
`;

async function peer(peers: Peers, target: number) {
  const program = peers.python(PEER, target);
  const [, port] = await program.said(/port (\d+)/);
  return { program, name: `127.0.0.1:${port}`, port: port ?? '' };
}

test('keeps UDP peers apart and answers each @packaged', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  await expect(bench.page.getByText('Waiting for a datagram. Send to')).toBeVisible();
  const first = await peer(peers, port);
  const second = await peer(peers, port);
  first.program.write('a1a1\n');
  await expect(bench.row('RX', first.name)).toContainText('A1 A1');
  second.program.write('b2\n\n');
  await expect(bench.row('RX', second.name).first()).toContainText('B2');

  await test.step('a datagram without bytes is a row too', async () => {
    await expect(bench.row('RX', second.name)).toHaveCount(2);
    await bench.row('RX', second.name).last().click();
    await expect(bench.inspector).toContainText('This row carries no bytes.');
    await expect(bench.inspector).toContainText(/Length\s*0 B/);
  });
  await expect(bench.openTree.getByRole('treeitem', { name: /^Peer/ })).toHaveText([
    new RegExp(first.name),
    new RegExp(second.name),
  ]);

  await test.step('each peer is answered by its own tab or by the list', async () => {
    await bench.openTree.getByRole('treeitem', { name: first.name }).click();
    await expect(bench.endpoint).toContainText(`UDP peer ${first.name}`);
    await expect(bench.row('B2')).toHaveCount(0);
    await bench.send('to first');
    await first.program.said(/got 746f206669727374\n/);
    await bench.page.getByRole('tab', { name: /udp-listen/ }).click();
    await bench.sendTo(second.name);
    await bench.send('to second');
    await second.program.said(/got 746f207365636f6e64\n/);
    expect(first.program.stdout().toString()).not.toContain('746f207365636f6e64');
  });

  await test.step('a stranger is written to by address', async () => {
    const stranger = await peer(peers, port);
    await bench.sendTo('An address…');
    await bench.composer.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
    await bench.composer.getByRole('textbox', { name: 'Port' }).fill(stranger.port);
    await bench.send('hi');
    await stranger.program.said(/got 6869\n/);
    await expect(bench.row('TX', stranger.name)).toBeVisible();
  });

  await test.step('what is too large is said where it was written, and sent to nobody', async () => {
    await bench.send('x'.repeat(65_508));
    await expect(bench.composer.getByRole('status').last()).toContainText(
      'carries at most 65507 bytes, and this is 65508: send it in parts',
    );
    await expect(bench.editor).toHaveValue('x'.repeat(65_508));
    await expect(bench.row('TX')).toHaveCount(3);
  });

  await expect(bench.status).toContainText(/Receive buffer\s+4\.0 MiB → \d+(\.\d)? [KM]iB/);
  await expect(bench.ledger).toHaveText(/Nothing lost\s*Received 3\s*Sent 3\s*Recorded 6/);
  await expect(() => {
    const sent = fields(bench.capture('udp-listen'), 'udp', 'udp.srcport', 'udp.payload');
    expect(sent.map(([, payload]) => payload)).toEqual([
      'a1a1',
      'b2',
      '',
      '746f206669727374',
      '746f207365636f6e64',
      '6869',
    ]);
    expect(sent[0]?.[0]).toBe(first.port);
  }).toPass();
});

const FLOOD = `
import socket, sys
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(int(sys.argv[2])):
    flood.sendto(n.to_bytes(8, 'big') * 8, ('127.0.0.1', int(sys.argv[1])))
print('sent', flush=True)
`;

/** The last isb_osdrop of a pcapng file; tshark shows no interface statistics. */
const LAST_DROPS = `
import struct, sys
file = open(sys.argv[1], 'rb').read()
at, drops = 0, None
while at < len(file):
    kind, size = struct.unpack_from('<II', file, at)
    option = at + 20
    while kind == 5 and option < at + size - 4:
        code, length = struct.unpack_from('<HH', file, option)
        if code == 7:
            drops = struct.unpack_from('<Q', file, option + 4)[0]
        option += 4 + (length + 3) // 4 * 4
    at += size
print('drops', drops, flush=True)
`;

test('tells to the last datagram what the system dropped @packaged', async ({ running, peers }) => {
  test.skip(process.platform !== 'linux', 'only Linux tells drops per socket');
  const bench = new Workbench(running);
  const sent = 20_000;
  const port = await bench.listen('udp-listen:127.0.0.1:0,rcvbuf=64KiB');
  await expect(bench.ledger).toContainText('Nothing lost');
  const engine = enginePid(running.pid) ?? 0;
  process.kill(engine, 'SIGSTOP');
  await peers.python(FLOOD, port, sent).said(/sent/);
  process.kill(engine, 'SIGCONT');

  const count = (text: string, word: RegExp) =>
    Number(word.exec(text)?.[1]?.replaceAll(',', '') ?? NaN);
  await expect(async () => {
    const text = await bench.ledger.innerText();
    const lost = count(text, /([\d,]+) lost/);
    expect(lost).toBeGreaterThan(1000);
    expect(lost + count(text, /Received ([\d,]+)/)).toBe(sent);
  }).toPass();
  const text = await bench.ledger.innerText();
  const lost = count(text, /([\d,]+) lost/);
  await expect(bench.ledger).toHaveCSS('color', 'rgb(180, 35, 24)');
  await bench.ledger.click();
  await expect(bench.page.getByRole('row', { name: /^Dropped by the system/ })).toContainText(
    lost.toLocaleString('en'),
  );
  await bench.page.keyboard.press('Escape');
  // Where among the rows it stands depends on what the engine looks at first when it goes on.
  const dropRow = bench.row('ERR', 'Dropped by the system before we could read').first();
  await bench.log.press('Home');
  await expect(async () => {
    if (!(await dropRow.isVisible())) await bench.log.press('PageDown');
    await expect(dropRow).toBeVisible({ timeout: 300 });
  }).toPass();

  await bench.endpoint.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(bench.status).toContainText('complete');
  const file = bench.capture('udp-listen');
  const received = count(text, /Received ([\d,]+)/);
  expect(fields(file, 'udp', 'frame.number')).toHaveLength(received);
  const [, drops] = await peers.python(LAST_DROPS, file).said(/drops (\d+)/);
  expect(Number(drops)).toBe(lost);
  expect(tshark(file).code).toBe(0);
});
