import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

test.skip(process.platform === 'win32', 'Windows has no Unix sockets in Node');

/** Leaves its socket's file behind, as a program that is killed does. */
const PYTHON_DIES = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
os.kill(os.getpid(), 9)
`;

test('a Unix socket whose file was left behind is offered for removal, and then serves', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const path = join(folder, 'device.sock');
  await peers.python(PYTHON_DIES, path).exited();
  expect(existsSync(path)).toBe(true);
  await bench.open(`unix-listen:${path}`);
  await expect(bench.errorPanel).toContainText(`The socket file ${path} was left behind`);
  await bench.errorPanel.getByRole('button', { name: 'Remove it and listen' }).click();
  await expect(bench.endpoint).toContainText(`Listening on ${path}`);

  const client = peers.start('socat', '-', `UNIX-CONNECT:${path}`);
  await expect(bench.endpoint).toContainText('1 connection');
  client.write('hello');
  await expect(bench.row('#1', 'hello')).toBeVisible();
  await bench.send('there');
  await client.said(/there/);
  await expect(bench.openTree.getByRole('treeitem', { name: '#1' })).toBeVisible();
  client.end();
  client.kill();

  await test.step('dialled by the window too, by its path', async () => {
    await bench.open(`unix:${path}`);
    await expect(bench.endpoint).toContainText(`Connected to ${path}`);
    await bench.send('ping');
    await expect(bench.row(path, 'ping')).toBeVisible();
  });
  await running.close();
  expect(existsSync(path)).toBe(false);
});
