// Asks for the interfaces when no descriptor is left. Bundled and started with a low limit by
// no-descriptors.test.ts.
import { closeSync, openSync } from 'node:fs';
import { mock } from 'node:test';
import { toSocketError } from '../../../../src-main/engine/sockets/socket-error';
import { readInterfaces } from '../../../../src-main/engine/network/interfaces';
import { NetworkWatch } from '../../../../src-main/engine/network/network-watch';

mock.timers.enable({ apis: ['setInterval'] });
const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {
  // The limit is reached.
}
const told: string[] = [];
let error: unknown;
try {
  readInterfaces();
} catch (thrown) {
  error = toSocketError(thrown);
}
const stop = new NetworkWatch().watch((interfaces) => {
  told.push(...interfaces.filter(({ loopback }) => loopback).map(({ name }) => name));
});
mock.timers.tick(1000);
const without = [...told];
for (const file of held) closeSync(file);
mock.timers.tick(1000);
stop();
console.log(JSON.stringify({ error, without, told }));
