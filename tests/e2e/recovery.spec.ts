import { expect, test, type Peers } from '../support/electron-app';
import { enginePid, isRunning, processTree } from '../support/process-tree';
import { capinfos, fields, followTcp, tshark } from '../support/tshark';
import { Workbench } from '../support/workbench';

const linux = process.platform === 'linux';

/** How long a supervisor may take, by the promise of the design. */
const RESTART_MS = 2000;

async function talk(bench: Workbench, peers: Peers) {
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '127.0.0.1', String(port));
  device.write('before the crash\n');
  await expect(bench.row('RX')).toBeVisible();
  // What was shown was written: the promise is 100 ms, of which tshark shows the end.
  await expect(() => {
    expect(followTcp(bench.capture('tcp-listen'), 0)[0]).toBe(
      Buffer.from('before the crash\n').toString('hex'),
    );
  }).toPass();
  return device;
}

/** Opens as far as it goes: 2 is tshark's word for a cut last block. */
function expectReadable(file: string): void {
  expect([0, 2]).toContain(tshark(file).code);
  expect(fields(file, 'tcp.len > 0', 'tcp.payload')).toEqual([
    [Buffer.from('before the crash\n').toString('hex')],
  ]);
}

test('the engine is killed: the window says what was lost and goes on', async ({
  running,
  peers,
}) => {
  test.skip(!linux, 'finds the engine in /proc');
  const bench = new Workbench(running);
  await talk(bench, peers);
  const file = bench.capture('tcp-listen');
  const killed = enginePid(running.pid);
  if (killed === null) throw new Error('there is an engine');

  process.kill(killed, 'SIGKILL');
  await expect
    .poll(
      () =>
        processTree(running.pid).some(
          ({ pid, command }) => pid !== killed && /NodeService/.test(command),
        ),
      { intervals: [50], timeout: RESTART_MS },
    )
    .toBe(true);

  const strip = bench.page.getByRole('alert').filter({ hasText: 'The socket engine ended' });
  await expect(strip).toContainText('ended unexpectedly and was started again');
  await expect(strip).toContainText('One socket was closed by it. All but at most its last 100 ms');
  await expect(strip).toContainText('tcp-listen:127.0.0.1:');
  expectReadable(file);

  await test.step('the old capture opens in the window', async () => {
    await strip.getByRole('button', { name: 'Show captures' }).click();
    const dialog = bench.dialog('Stored captures');
    await expect(dialog.getByRole('listitem')).toContainText('not closed');
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(bench.row('RX', 'before')).toBeVisible();
  });
  await test.step('the listener opens again', async () => {
    await strip.getByRole('button', { name: 'Open them again' }).click();
    const port = await bench.port();
    peers.start('ncat', '127.0.0.1', String(port)).write('after\n');
    await expect(bench.row('RX', 'after')).toBeVisible();
    await expect(strip).toBeHidden();
  });
});

test('the app is killed: its engine ends, and the next start offers what was left', async ({
  running,
  peers,
}) => {
  test.skip(!linux, 'finds the engine in /proc');
  let bench = new Workbench(running);
  await talk(bench, peers);
  const file = bench.capture('tcp-listen');
  const engine = enginePid(running.pid) ?? 0;
  process.kill(running.pid, 'SIGKILL');
  await expect.poll(() => isRunning(engine), { intervals: [50], timeout: RESTART_MS }).toBe(false);
  expectReadable(file);

  await running.relaunch();
  bench = new Workbench(running);
  const dialog = bench.dialog('Captures left over from a session that crashed');
  await expect(dialog.getByRole('listitem')).toContainText('not closed');
  await dialog.getByRole('button', { name: 'Clean' }).click();
  await expect(dialog.getByRole('listitem')).not.toContainText('not closed');
  expect(tshark(file).code).toBe(0);
  expect(capinfos(file, '-c').code).toBe(0);
  expectReadable(file);
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(bench.row('RX', 'before')).toBeVisible();

  await test.step('and offers it once', async () => {
    await running.relaunch();
    bench = new Workbench(running);
    await expect(bench.page.getByRole('heading', { name: 'See what your device' })).toBeVisible();
    await expect(bench.page.getByRole('dialog')).toHaveCount(0);
  });
});

test('the page loads again: sockets go on, and rows are still there', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const device = await talk(bench, peers);
  await bench.page.reload();
  await expect(bench.toast('View restored; the sockets were never closed')).toBeVisible();
  await expect(bench.endpoint).toContainText('Listening on');
  await expect(bench.row('RX', 'before')).toBeVisible();
  device.write('after the load\n');
  await expect(bench.row('RX', 'after the load')).toBeVisible();
  await bench.send('answer');
  await device.said(/answer/);
});
