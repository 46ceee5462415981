// Records what it sends itself while names are asked for that no name server answers. Bundled and
// started by hanging-names.test.ts in a network of its own: node <this> <capture>
import { createSocket } from 'node:dgram';
import { fdatasync, openSync } from 'node:fs';
import { Engine } from '../../../../src-main/engine/engine';

const NAMES = 30;
const SEND_EVERY_MS = 10;

const [, , path = ''] = process.argv;
const faults: string[] = [];
const engine = new Engine({ observer: { fault: ({ error }) => faults.push(error.code) } });
const id = engine.open('udp-listen:127.0.0.1:0', { record: { path } });
const sender = createSocket('udp4');
let sent = 0;
let syncs = 0;
let slowestSyncMs = 0;

async function opened(): Promise<number> {
  for (;;) {
    const { phase, local } = engine.socketInfo(id);
    if (phase === 'open' && local) return local.port;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Through the pool of threads, as the capture's own. */
function syncForEver(file: number): void {
  const startedAt = performance.now();
  fdatasync(file, (error) => {
    if (error) throw error;
    syncs += 1;
    slowestSyncMs = Math.max(slowestSyncMs, performance.now() - startedAt);
    setTimeout(() => {
      syncForEver(file);
    }, SEND_EVERY_MS).unref();
  });
}

const port = await opened();
setInterval(() => {
  sent += 1;
  sender.send(String(sent), port, '127.0.0.1');
}, SEND_EVERY_MS).unref();
syncForEver(openSync(path, 'r'));

const startedAt = performance.now();
// Each name twice: what is asked for already is not asked again.
const names = Array.from({ length: NAMES * 2 }, (_, n) => `name-${n % NAMES}.example`);
const routes = names.map(async (host) => {
  const { error } = await engine.command('route', { host });
  return error?.code ?? 'found';
});
const dialled = engine.open('tcp:dialled.example:9,connect-timeout=3s', { record: 'none' });
await engine.whenClosed(dialled);
const dialMs = performance.now() - startedAt;
const codes = await Promise.all(routes);
const answeredMs = performance.now() - startedAt;
const before = sent;
await new Promise((resolve) => sender.send('last', port, '127.0.0.1', resolve));
await engine.close();
const { ledger } = engine.socketInfo(id);
console.log(
  JSON.stringify({
    codes: [...new Set(codes)],
    dial: engine.socketInfo(dialled).error?.code,
    ...{ dialMs, answeredMs, before, ledger, syncs, slowestSyncMs, faults },
  }),
);
// Those that hang in the system would keep it alive for a minute.
process.exit(0);
