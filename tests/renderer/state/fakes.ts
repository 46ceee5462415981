import { DecodeAnswerer } from '../../../src-renderer/state/decode-answerer';
import type { DecodeReply } from '../../../src-renderer/state/decode-messages';
import { type DecodeWorker, Decoding } from '../../../src-renderer/state/decoding.svelte';
import { ENGLISH } from '../../../src-shared/decode/words';
import type {
  EngineCommandName,
  EngineUpdate,
  ParamsOf,
  ResultOf,
} from '../../../src-shared/contract/engine';
import type { MainCommandName, MainParams, MainResult } from '../../../src-shared/contract/main';
import type { Row } from '../../../src-shared/contract/row';
import { emptyLedger, type SocketInfo } from '../../../src-shared/contract/socket';
import { CommandError } from '../../../src-renderer/state/command-error';
import type { EngineClient } from '../../../src-renderer/state/engine-client';
import type { MainClient } from '../../../src-renderer/state/main-client';

type EngineHandlers = {
  [Name in EngineCommandName]?: (
    params: ParamsOf<Name>,
  ) => ResultOf<Name> | Promise<ResultOf<Name>>;
};
type MainHandlers = {
  [Name in MainCommandName]?: (
    params: MainParams<Name>,
  ) => MainResult<Name> | Promise<MainResult<Name>>;
};

/** Answers what it was told to expect; anything else is rejected by name. */
export function fakeEngine(handlers: EngineHandlers) {
  const calls: { name: EngineCommandName; params: unknown }[] = [];
  const listeners = new Set<(update: EngineUpdate) => void>();
  const command: EngineClient['command'] = async (name, params) => {
    calls.push({ name, params });
    const handler = handlers[name];
    if (handler === undefined) throw new CommandError('UNEXPECTED', `unexpected command "${name}"`);
    // What cannot be cloned would not get through a real port.
    return handler(structuredClone(params));
  };
  return {
    calls,
    handlers,
    command,
    onUpdate: (listener: (update: EngineUpdate) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    attached: true,
    detach: () => undefined,
    named: (name: EngineCommandName) => calls.filter((call) => call.name === name),
  };
}

export function fakeMain(handlers: MainHandlers) {
  const calls: { name: MainCommandName; params: unknown }[] = [];
  const command: MainClient['command'] = async (name, params) => {
    calls.push({ name, params });
    const handler = handlers[name];
    if (handler === undefined) throw new CommandError('UNEXPECTED', `unexpected command "${name}"`);
    return handler(structuredClone(params));
  };
  return { calls, handlers, command };
}

export function socketInfo(over: Partial<SocketInfo> & { id: number }): SocketInfo {
  return {
    parent: null,
    kind: 'tcp-listener',
    path: null,
    address: `tcp-listen:${9000 + over.id}`,
    phase: 'open',
    step: null,
    local: null,
    remote: null,
    openedAt: null,
    closedAt: null,
    connectMs: null,
    peerEnded: false,
    ended: false,
    error: null,
    ledger: emptyLedger(),
    sendQueueBytes: 0,
    openChildren: 0,
    closedChildren: 0,
    tls: null,
    behaviour: null,
    readingPaused: false,
    accepting: null,
    idle: null,
    reconnect: null,
    attempts: [],
    maxClients: null,
    block: [],
    refusedClients: 0,
    receiveBuffer: null,
    sendBuffer: null,
    groups: [],
    unexpectedSources: 0,
    addressGone: false,
    capture: null,
    ...over,
  };
}

export function update(over: Partial<EngineUpdate>): EngineUpdate {
  return { first: false, sockets: [], removed: [], views: [], faults: [], ...over };
}

export function dataRow(index: number, over: Partial<Row> = {}): Row {
  const preview = over.preview ?? new Uint8Array([index & 0xff, 0x0d, 0x0a]);
  return {
    index,
    number: index + 1,
    at: Date.UTC(2026, 10, 20, 13, 2, 11) + index,
    deltaMs: index === 0 ? null : 1,
    socket: 1,
    peer: '192.168.1.50:40122',
    direction: 'in',
    lengthBytes: preview.byteLength,
    preview,
    note: null,
    ...over,
  };
}

/** `rows` of a view that has that many now. */
export function rowsOf(length: () => number, make: (index: number) => Row = dataRow) {
  return ({ from, count }: ParamsOf<'rows'>): ResultOf<'rows'> => {
    const end = Math.min(length(), from + count);
    return {
      length: length(),
      rows: Array.from({ length: Math.max(0, end - from) }, (_, n) => make(from + n)),
    };
  };
}

/** A promise and what settles it. */
export function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is ready to go on do so. */
export function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** Decodes without a worker, at once: for tests of what is made of it. */
export function decodingHere(): Decoding {
  const start = (): DecodeWorker => {
    let heard: (reply: DecodeReply) => void = () => undefined;
    const answerer = new DecodeAnswerer((reply) => {
      heard(reply);
    });
    return {
      post: (request) => {
        answerer.take(structuredClone(request));
      },
      listen: (reply) => {
        heard = reply;
        queueMicrotask(() => {
          reply({ kind: 'ready' });
        });
      },
      end: () => undefined,
    };
  };
  return new Decoding(start, () => ENGLISH);
}
