import { expect, test, type Peers } from '../support/electron-app';
import { followTcp } from '../support/tshark';
import { Workbench } from '../support/workbench';

/** A listener of socat, which says which port the system gave it; what it gets is its output. */
async function listener(peers: Peers, port = 0) {
  const program = peers.start(
    ...['socat', '-d', '-d', `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`, 'STDIO'],
  );
  const [, real] = await program.said(/listening on AF=2 127\.0\.0\.1:(\d+)/);
  return { program, port: Number(real) };
}

test('dials, talks, half-closes and is closed by the peer', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const { program, port } = await listener(peers);
  await bench.open(`tcp:127.0.0.1:${port}`);
  await expect(bench.endpoint).toContainText(
    new RegExp(`Connected to 127\\.0\\.0\\.1:${port} in [\\d.]+ ms`),
  );
  await expect(bench.page.getByText(/Nothing received yet/).first()).toBeVisible();

  // A placeholder that is not whole sends nothing; undo brings back what was written before.
  await bench.editor.fill('ping {{counter:02}}\\n');
  await expect(bench.composer.getByText('70 69 6E 67 20 30 31 0A')).toBeVisible();
  await bench.editor.fill('ping {{counter');
  await expect(bench.composer.getByRole('button', { name: /is not closed/ })).toBeVisible();
  await bench.editor.press('Control+z');
  await bench.editor.press('Control+Enter');
  await program.said(/ping 01\n/);
  program.write('pong');
  await expect(bench.row('RX', '70 6F 6E 67')).toBeVisible();

  await bench.endpoint.getByRole('button', { name: 'Half-close' }).click();
  await expect(bench.endpoint).toContainText('This side finished sending (half-closed)');
  await expect(bench.openTree.getByRole('treeitem')).toContainText('Half-closed');
  // socat ends half a second after one side has.
  await expect(bench.row('SYS', 'The peer will send no more (FIN)')).toBeVisible();
  await expect(bench.endpoint).toContainText(/Closed at .* after/);
  await expect(bench.openTree.getByRole('treeitem')).toContainText('Closed');
  expect(await program.exited()).toBe(0);
  await expect(() => {
    const sides = followTcp(bench.capture('tcp-127.0.0.1'), 0);
    expect(sides.map((side) => Buffer.from(side, 'hex').toString())).toEqual(['ping 01\n', 'pong']);
  }).toPass();
});

test('says why nothing could be reached, and tries again', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const { program, port } = await listener(peers);
  program.kill();
  await program.exited();
  await bench.open(`tcp:127.0.0.1:${port}`);

  const { errorPanel } = bench;
  await expect(errorPanel.getByRole('alert')).toHaveText(
    `Nothing is listening on 127.0.0.1:${port}. The device answered but refused the connection.`,
  );
  await expect(errorPanel.getByRole('list', { name: 'Likely reasons' })).toContainText(
    'The server on the device is not started yet, or crashed.',
  );
  await expect(errorPanel).toContainText(`ECONNREFUSED connect 127.0.0.1:${port} (errno -111)`);
  await expect(bench.row('ERR', 'ECONNREFUSED')).toBeVisible();
  await expect(bench.endpoint).toContainText('Could not be opened');

  // The second attempt has failed by its own row, with its own time, before somebody listens.
  const refusal = bench.row('ERR', 'ECONNREFUSED');
  const first = await refusal.innerText();
  await errorPanel.getByRole('button', { name: 'Try again' }).click();
  await expect(refusal).not.toHaveText(first, { useInnerText: true });
  await listener(peers, port);
  await errorPanel.getByRole('button', { name: 'Try again' }).click();
  await expect(bench.endpoint).toContainText(`Connected to 127.0.0.1:${port}`);
  await expect(errorPanel).toBeHidden();
});

test('offers another port when one is taken, and passes on to who has it', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { program, port } = await listener(peers);
  await bench.open(`tcp-listen:127.0.0.1:${port}`);
  const { errorPanel } = bench;
  await expect(errorPanel.getByRole('alert')).toHaveText(
    `Port ${port} is already used by another program.`,
  );
  await expect(errorPanel).toContainText(/EADDRINUSE (bind|listen) 127\.0\.0\.1:\d+ \(errno -98\)/);
  await expect(errorPanel.getByRole('button', { name: `Use port ${port + 1}` })).toBeVisible();
  await errorPanel.getByRole('button', { name: 'Use any free port' }).click();
  const other = await bench.port();
  expect(other).not.toBe(port);
  const client = peers.start('socat', '-u', 'SYSTEM:printf there', `TCP:127.0.0.1:${other}`);
  await expect(bench.row('RX', '74 68 65 72')).toBeVisible();
  expect(await client.exited()).toBe(0);

  await bench.page.keyboard.press('Control+e');
  const panel = bench.page.getByRole('region', { name: 'Socket', exact: true });
  await panel.getByRole('tab', { name: 'Controls' }).click();
  await bench.choose(panel.getByRole('combobox', { name: /^Answers by itself/ }), /^Relay/);
  const target = panel.getByRole('textbox', { name: 'Target' });
  await target.fill('tcp:127.0.0.1');
  await target.press('Enter');
  await expect(panel.getByRole('alert')).toContainText('The port is missing.');
  await target.fill(`tcp:127.0.0.1:${port}`);
  await target.press('Enter');
  const relaying = { name: `It passes everything on to tcp:127.0.0.1:${port}.` };
  await expect(bench.endpoint.getByRole('button', relaying)).toHaveText('Relay');
  const device = peers.start('ncat', '127.0.0.1', String(other));
  device.write('to the server\n');
  await program.said(/to the server\n/);
  program.write('and back\n');
  await device.said(/and back\n/);
  await expect(bench.openTree.getByRole('treeitem', { name: `→ 127.0.0.1:${port}` })).toBeVisible();
});

test('tells a name it cannot find, and points into an address it cannot read', async ({
  running,
}) => {
  const bench = new Workbench(running);
  await bench.open('tcp:no-such-device.invalid:502');
  // Without a network there is no name server to deny the name.
  await expect(bench.errorPanel.getByRole('alert')).toHaveText(
    /^(The host “no-such-device\.invalid” cannot be found\.|The name server did not answer for “no-such-device\.invalid”\.)$/,
  );
  await expect(bench.errorPanel).toContainText(/(ENOTFOUND|EAI_AGAIN) getaddrinfo/);

  await bench.addressBar.fill('tpc:127.0.0.1:502');
  await bench.addressBar.press('Enter');
  const form = bench.page.getByRole('form', { name: 'Address' });
  await expect(form.getByRole('alert')).toContainText('Did you mean “tcp”?');
  await expect(bench.addressBar).toHaveAttribute('aria-invalid', 'true');
  await bench.addressBar.fill('tcp:127.0.0.1:70000');
  await bench.addressBar.press('Enter');
  await expect(form.getByRole('alert')).toContainText('ports are 1 to 65535');
  // Nothing that was open is lost by it.
  await expect(bench.page.getByRole('tab')).toHaveCount(1);
});

test('a reset by the peer is told as one', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const device = peers.python(`
import socket, struct
listener = socket.create_server(('127.0.0.1', 0))
print('port', listener.getsockname()[1], flush=True)
peer, _ = listener.accept()
peer.recv(100)
peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
peer.close()
`);
  const [, port] = await device.said(/port (\d+)/);
  await bench.open(`tcp:127.0.0.1:${port}`);
  await expect(bench.endpoint).toContainText('Connected to');
  await bench.send('reboot');
  await expect(bench.endpoint).toContainText('Ended with ECONNRESET at');
  await expect(bench.errorPanel.getByRole('alert')).toHaveText(
    `127.0.0.1:${port} closed the connection abruptly (TCP RST).`,
  );
  await expect(bench.row('The peer cut the connection (RST)')).toBeVisible();
});
