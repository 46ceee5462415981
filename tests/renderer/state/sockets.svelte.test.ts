import { flushSync } from 'svelte';
import { describe, expect, test } from 'vitest';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import { emptyLedger } from '../../../src-shared/contract/socket';
import { socketInfo, update } from './fakes';

const connection = (id: number, parent: number, phase: 'open' | 'closed' = 'open') =>
  socketInfo({ id, parent, kind: 'tcp-connection', address: `tcp:10.0.0.1:${id}`, phase });

describe('sockets', () => {
  test('roots keep their order, children their parent; what is removed is gone', () => {
    const sockets = new Sockets();
    expect(sockets.ready).toBe(false);
    sockets.apply(update({ first: true, sockets: [socketInfo({ id: 1 }), socketInfo({ id: 2 })] }));
    sockets.apply(update({ sockets: [connection(3, 1), connection(4, 1), connection(5, 2)] }));
    expect(sockets.ready).toBe(true);
    expect(sockets.roots).toEqual([1, 2]);
    expect(sockets.children(1)).toEqual([3, 4]);
    expect(sockets.rootOf(5)).toBe(2);
    expect(sockets.rootOf(1)).toBe(1);
    sockets.apply(update({ sockets: [connection(3, 1, 'closed')] }));
    expect(sockets.children(1)).toEqual([4]);
    expect(sockets.closedChildren(1)).toEqual([3]);
    sockets.apply(update({ removed: [3, 1] }));
    expect(sockets.roots).toEqual([2]);
    expect(sockets.get(1)).toBeUndefined();
    expect(sockets.children(1)).toEqual([]);
  });

  test('a child may be told of before its root', () => {
    const sockets = new Sockets();
    sockets.apply(update({ first: true, sockets: [connection(3, 1)] }));
    sockets.apply(update({ sockets: [socketInfo({ id: 1 })] }));
    expect(sockets.roots).toEqual([1]);
    expect(sockets.children(1)).toEqual([3]);
  });

  test('the first message of another engine replaces everything', () => {
    const sockets = new Sockets();
    sockets.apply(update({ first: true, sockets: [socketInfo({ id: 1 }), connection(2, 1)] }));
    sockets.apply(update({ first: true, sockets: [socketInfo({ id: 9 })] }));
    expect(sockets.roots).toEqual([9]);
    expect(sockets.get(2)).toBeUndefined();
  });

  test('a change of one child wakes its own watcher and not those of the others or of the list', () => {
    const sockets = new Sockets();
    const many = Array.from({ length: 10_000 }, (_, n) => connection(n + 2, 1));
    sockets.apply(update({ first: true, sockets: [socketInfo({ id: 1 })] }));
    for (let at = 0; at < many.length; at += 256)
      sockets.apply(update({ sockets: many.slice(at, at + 256) }));
    const runs = { list: 0, one: 0, other: 0 };
    const stop = $effect.root(() => {
      watch(() => (sockets.children(1), runs.list++));
      watch(() => (sockets.get(500), runs.one++));
      watch(() => (sockets.get(501), runs.other++));
    });
    flushSync();
    expect(sockets.children(1)).toHaveLength(10_000);
    sockets.apply(update({ sockets: [{ ...connection(500, 1), sendQueueBytes: 5 }] }));
    flushSync();
    expect(runs).toEqual({ list: 1, one: 2, other: 1 });
    stop();
  });

  test('rates are of the last second and fall to nothing; totals are sums over roots', () => {
    const sockets = new Sockets();
    const ledger = (receivedBytes: number, receivedChunks: number) => ({
      ...emptyLedger(),
      receivedBytes,
      receivedChunks,
      kernelDropped: 2,
    });
    const root = (bytes: number, chunks: number) =>
      socketInfo({ id: 1, ledger: ledger(bytes, chunks) });
    sockets.apply(
      update({ first: true, sockets: [root(0, 0), socketInfo({ id: 2, ledger: ledger(7, 1) })] }),
    );
    for (let n = 0; n <= 8; n++) {
      sockets.apply(update({ sockets: [root(n * 250, n)] }));
      sockets.tick(n * 250);
    }
    expect(sockets.rates(1)).toEqual({ rxBytes: 1000, rxChunks: 4, txBytes: 0, txChunks: 0 });
    expect(sockets.totalRates.rxBytes).toBe(1000);
    expect(sockets.totals).toMatchObject({ receivedBytes: 2007, kernelDropped: 4 });
    for (let n = 9; n <= 12; n++) sockets.tick(n * 250);
    expect(sockets.rates(1)).toEqual({ rxBytes: 0, rxChunks: 0, txBytes: 0, txChunks: 0 });
  });
});

function watch(read: () => void): void {
  $effect(read);
}
