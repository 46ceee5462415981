import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { bundleModule } from '../../../support/bundle';
import { noNetworks } from '../../../support/network-link';
import { startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';

const CLI = resolve(import.meta.dirname, '../../../../out/cli/wirebench.js');

if (noNetworks !== null) console.log(`SKIP a name server that is silent: ${noNetworks}`);

/** A name server that hears and never answers. Prints each name it is asked for, once. */
const SILENT = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 53))
print('silent', flush=True)
seen = set()
while True:
    q = s.recv(2000); at = 12; labels = []
    while q[at]: labels.append(q[at + 1:at + 1 + q[at]].decode()); at += q[at] + 1
    name = '.'.join(labels)
    if name not in seen: seen.add(name); print('asked', name, flush=True)
`;

/** A network with nothing but such a name server, for programs started through it. */
function silentNetwork(): string {
  const name = `wbdns${process.pid % 100_000}`;
  const folder = `/etc/netns/${name}`;
  const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });
  expect(ip('netns', 'add', name).stderr).toBe('');
  mkdirSync(folder, { recursive: true });
  // ip-netns(8) puts it over /etc/resolv.conf for programs it starts.
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  onTestFinished(() => {
    ip('netns', 'del', name);
    rmSync(folder, { recursive: true, force: true });
  });
  ip('netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up');
  return name;
}

const outcome = z.object({
  codes: z.array(z.string()),
  dial: z.string(),
  dialMs: z.number(),
  answeredMs: z.number(),
  before: z.number(),
  ledger: z.object({ receivedChunks: z.number(), recordedChunks: z.number() }),
  syncs: z.number(),
  slowestSyncMs: z.number(),
  faults: z.array(z.string()),
});

test.skipIf(noNetworks)(
  'while names hang, captures are written and synced, and nobody waits for ever',
  { timeout: 60_000 },
  async () => {
    const folder = await tempFolder();
    const path = join(folder, 'names.pcapng');
    const child = await bundleModule('tests/main/engine/network/hanging-names-child.ts', folder);
    const name = silentNetwork();
    const within = ['netns', 'exec', name];
    const server = startProgram('ip', [...within, 'python3', '-u', '-c', SILENT]);
    await server.said(/silent/);
    const node = ['env', 'UV_THREADPOOL_SIZE=8', process.execPath, child, path];
    const program = startProgram('ip', [...within, ...node]);
    expect(await program.exited(40_000), program.stderr()).toBe(0);
    const told = outcome.parse(JSON.parse(program.stdout().toString()));
    // A dial keeps its own limit, and all 60 who asked have an answer after 11 s.
    expect(told.dial).toBe('ETIMEDOUT');
    expect(told.dialMs).toBeLessThan(5000);
    expect(told.codes).toEqual(['EAI_AGAIN']);
    expect(told.answeredMs).toBeLessThan(14_000);
    // Two at a time of eight threads: what glibc had time to ask for in 11 s.
    const asked =
      server
        .stdout()
        .toString()
        .match(/asked name-\d+\.example/g) ?? [];
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThanOrEqual(4);
    // Meanwhile all was received, recorded and synced without waiting for a name.
    expect(told.before).toBeGreaterThan(300);
    expect(told.faults).toEqual([]);
    expect(told.ledger.receivedChunks).toBeGreaterThanOrEqual(told.before);
    expect(told.ledger.recordedChunks).toBe(told.ledger.receivedChunks);
    expect(told.syncs).toBeGreaterThan(100);
    expect(told.slowestSyncMs).toBeLessThan(2000);
    expect(fields(path, 'udp', 'frame.number')).toHaveLength(told.ledger.receivedChunks);
  },
);

test.skipIf(noNetworks)(
  'a command that is over ends at once, though a name is still asked for',
  { timeout: 30_000 },
  async () => {
    const name = silentNetwork();
    const within = ['netns', 'exec', name];
    const server = startProgram('ip', [...within, 'python3', '-u', '-c', SILENT]);
    await server.said(/silent/);
    const asked = performance.now();
    const address = 'tcp:name-of-nobody.example:5000';
    const command = [process.execPath, CLI, 'connect', address, '--timeout', '500ms'];
    const program = startProgram('ip', [...within, ...command]);
    expect(await program.exited(20_000), program.stderr()).toBe(4);
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(server.stdout().toString()).toContain('asked name-of-nobody.example');
  },
);
