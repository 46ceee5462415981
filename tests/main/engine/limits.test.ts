import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleModule } from '../../support/bundle';
import { startProgram, startPython } from '../../support/peers';
import type { Program } from '../../support/peers';
import { fields, tshark } from '../../support/tshark';

const folder = mkdtempSync(join(tmpdir(), 'wirebench-limits-'));
let engine = '';

beforeAll(async () => {
  // Another user reads the bundle.
  chmodSync(folder, 0o755);
  engine = await bundleModule('src-main/engine/engine.ts', folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `body` with an engine called `engine` in a process of its own; ends when `body` does. */
function host(prefix: readonly string[], body: string): Program {
  const program = `
    import { Engine } from ${JSON.stringify(engine)};
    const faults = [];
    let changed = () => {};
    const engine = new Engine({ observer: {
      socket: () => changed(),
      fault: (fault) => { faults.push(fault); changed(); },
    } });
    const until = (is) => new Promise((done) => {
      changed = () => queueMicrotask(() => { if (is()) done(); });
      changed();
    });
    const opened = async (address, record) => {
      const id = engine.open(address, { record });
      await until(() => !['opening'].includes(engine.socketInfo(id).phase));
      return engine.socketInfo(id);
    };
    const told = new Promise((done) => process.stdin.once('data', done));
    ${body}
    process.exit(0);
  `;
  const [command = process.execPath, ...args] = [...prefix, process.execPath];
  return startProgram(command, [...args, '--input-type=module', '-e', program]);
}

function privilegedPort(): string | null {
  if (process.platform !== 'linux') return 'not Linux';
  const start = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'));
  if (start <= 1) return 'every port is open to every user here';
  if (process.getuid?.() !== 0) return null;
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  return spawnSync('setpriv', [...nobody, 'true']).status === 0 ? null : 'no setpriv';
}

const noPrivilegedPort = privilegedPort();
if (noPrivilegedPort) console.log(`SKIP privileged port: ${noPrivilegedPort}`);

test.skipIf(noPrivilegedPort)('a privileged port is refused with EACCES', async () => {
  const drop = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const program = host(
    process.getuid?.() === 0 ? drop : [],
    `for (const address of ['tcp-listen:127.0.0.1:1', 'udp-listen:127.0.0.1:1'])
       console.log(JSON.stringify((await opened(address, 'none')).error));`,
  );
  expect(await program.exited()).toBe(0);
  const errors = program.stdout().toString().trim().split('\n');
  expect(errors.map((line) => JSON.parse(line) as unknown)).toEqual(
    Array(2).fill(expect.objectContaining({ code: 'EACCES' })),
  );
});

const noPrlimit = spawnSync('prlimit', ['--version']).error ? 'no prlimit' : null;
if (noPrlimit) console.log(`SKIP file descriptors: ${noPrlimit}`);

test.skipIf(noPrlimit)(
  'with 64 file descriptors no connection is lost without a word',
  { timeout: 20_000 },
  async () => {
    const capture = join(folder, 'nofile.pcapng');
    const program = host(
      ['prlimit', '--nofile=64'],
      `const listener = await opened('tcp-listen:127.0.0.1:0', { path: ${JSON.stringify(capture)} });
       console.log('port ' + listener.local.port);
       const total = () => {
         const { openChildren, ledger } = engine.socketInfo(listener.id);
         return openChildren + ledger.refusedConnections;
       };
       await until(() => total() === 100);
       const { openChildren, ledger } = engine.socketInfo(listener.id);
       console.log('counts ' + JSON.stringify({ openChildren, refused: ledger.refusedConnections,
         faults: faults.length, code: faults[0].error.code, message: faults[0].error.message }));
       const dialled = await opened('tcp:127.0.0.1:' + listener.local.port, 'none');
       console.log('dial ' + dialled.error.code);
       await told;
       await engine.close();
       console.log('closed ' + engine.socketInfo(listener.id).phase);`,
    );
    const [, port = ''] = await program.said(/port (\d+)/);
    const clients = startPython(
      `
import socket, sys
all = [socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8) for _ in range(100)]
print('connected', flush=True)
served = 0
for s in all:
    s.settimeout(0.05)
    try:
        if s.recv(1) == b'': continue
    except TimeoutError: served += 1
    except OSError: pass
print('served', served, flush=True)
sys.stdin.read()
`,
      port,
    );
    const [, json = ''] = await program.said(/counts (.*)\n/);
    const counts = JSON.parse(json) as Record<string, unknown>;
    expect(counts).toMatchObject({ code: 'EMFILE', refused: counts['faults'] });
    expect(Number(counts['openChildren']) + Number(counts['refused'])).toBe(100);
    expect(counts['openChildren']).toBeGreaterThan(10);
    expect(counts['message']).toMatch(/^127\.0\.0\.1:\d+: .*64/);
    await program.said(/dial EMFILE/);
    const [, served] = await clients.said(/served (\d+)/);
    expect(Number(served)).toBe(counts['openChildren']);
    program.write('go\n');
    await program.said(/closed closed/);
    expect(await program.exited()).toBe(0);
    expect(program.stderr()).toBe('');
    expect(tshark(capture).code).toBe(0);
    const accepted = fields(capture, 'tcp.flags.syn == 1 && tcp.flags.ack == 0', 'tcp.srcport');
    expect(accepted).toHaveLength(Number(counts['openChildren']));
  },
);

test('a listener in another process has its port when it says so', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const program = host(
    [],
    `const info = await opened('tcp-listen:127.0.0.1:${port}', 'none');
     console.log(info.phase, info.error.code);`,
  );
  expect(await program.exited()).toBe(0);
  expect(program.stdout().toString()).toBe('closed EADDRINUSE\n');
  taken.close();
});
