import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineHost, type EngineProcess } from '../../src-main/engine-host';
import { z } from 'zod';

const request = z.object({ id: z.int(), command: z.string(), params: z.unknown() });

/** Stands for Electron's utility process, whose real one the end-to-end tests kill. */
class FakeEngine implements EngineProcess {
  readonly posted: unknown[] = [];
  killed = false;
  #message: (message: unknown) => void = () => undefined;
  #exit: (code: number | null) => void = () => undefined;

  post(message: unknown): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.#exit = listener;
  }
  kill(): void {
    this.killed = true;
  }
  say(message: unknown): void {
    this.#message(message);
  }
  die(code: number): void {
    this.#exit(code);
  }
  /** Answers the last request of that name. */
  answer(command: string, result: unknown): void {
    this.say({ type: 'result', id: this.#idOf(command), result });
  }
  reject(command: string, code: string): void {
    const error = { code, message: 'not that one' };
    this.say({ type: 'rejected', id: this.#idOf(command), error });
  }
  commands(): string[] {
    return this.posted.map((message) => {
      const parsed = request.safeParse(message);
      return parsed.success ? parsed.data.command : 'attach';
    });
  }
  #idOf(command: string): number {
    const all = this.posted.flatMap((message) => request.safeParse(message).data ?? []);
    const found = all.findLast((one) => one.command === command);
    if (!found) throw new Error(`no ${command} was requested`);
    return found.id;
  }
}

function setUp() {
  const engines: FakeEngine[] = [];
  const exits: unknown[] = [];
  const secrets: Record<string, string> = { broker: 'one' };
  const host = new EngineHost({
    launch: () => {
      const engine = new FakeEngine();
      engines.push(engine);
      return engine;
    },
    configuration: () => ({ captureFolder: '/c', captureLimitBytes: 5 }),
    secrets: () => ({ ...secrets }),
    onExited: (code, restarted) => exits.push([code, restarted]),
  });
  host.start();
  const last = (): FakeEngine => {
    const engine = engines.at(-1);
    if (!engine) throw new Error('no engine was started');
    return engine;
  };
  return { host, engines, exits, secrets, last };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => void vi.useRealTimers());

test('configures each engine first of all, and gives it the secrets', () => {
  const { last } = setUp();
  const params = { captureFolder: '/c', captureLimitBytes: 5 };
  expect(last().posted).toEqual([
    { id: 1, command: 'configure', params },
    { id: 2, command: 'secrets', params: { values: { broker: 'one' } } },
  ]);
});

test('gives changed secrets to the engine that runs, and to the one after it', () => {
  const { host, secrets, last } = setUp();
  secrets['broker'] = 'two';
  host.giveSecrets();
  const given = { command: 'secrets', params: { values: { broker: 'two' } } };
  expect(last().posted.at(-1)).toMatchObject(given);
  last().die(1);
  host.giveSecrets(); // None runs: nothing to tell, and nothing fails.
  vi.runAllTimers();
  expect(last().posted.at(-1)).toMatchObject(given);
});

describe('requests', () => {
  test('are answered by id, in any order', async () => {
    const { host, last } = setUp();
    const path = host.request('capturePath', { socket: 3 });
    const open = host.request('openCaptureFile', { paths: ['/x.pcapng'] });
    last().answer('openCaptureFile', { socket: 9 });
    last().answer('capturePath', { path: '/c/a.pcapng' });
    await expect(path).resolves.toEqual({ path: '/c/a.pcapng' });
    await expect(open).resolves.toEqual({ socket: 9 });
  });

  test('carry the refusal of the engine', async () => {
    const { host, last } = setUp();
    const path = host.request('capturePath', { socket: 3 });
    last().reject('capturePath', 'no-such-socket');
    await expect(path).rejects.toMatchObject({ code: 'no-such-socket', message: 'not that one' });
  });

  test('end when the engine dies, and are refused while none runs', async () => {
    const { host, last } = setUp();
    last().die(1);
    vi.runAllTimers(); // The second one dies with a request on its way.
    const path = host.request('capturePath', { socket: 3 });
    last().die(1);
    await expect(path).rejects.toMatchObject({ code: 'engine-exited' });
    await expect(host.request('capturePath', { socket: 3 })).rejects.toMatchObject({
      code: 'engine-exited',
    });
  });

  test('survive messages that are not in the contract, and refuse such results', async () => {
    const { host, last } = setUp();
    const path = host.request('capturePath', { socket: 3 });
    for (const junk of [null, 5, {}, { type: 'result' }, { type: 'result', id: 99, result: {} }])
      last().say(junk);
    last().answer('capturePath', { path: 5 });
    await expect(path).rejects.toThrow(/contract/);
  });
});

describe('when the engine dies', () => {
  test('a new one runs at once, then after 1, 2, 4 and 8 s, and the sixth is the last', () => {
    const { engines, exits, last } = setUp();
    [0, 1000, 2000, 4000, 8000].forEach((delay, index) => {
      last().die(9);
      vi.advanceTimersByTime(Math.max(0, delay - 1));
      if (delay > 0) expect(engines).toHaveLength(index + 1);
      vi.advanceTimersByTime(1);
      expect(engines).toHaveLength(index + 2);
      expect(exits).toHaveLength(index + 1);
    });
    expect(new Set(exits.map(String))).toEqual(new Set(['9,true']));
    last().die(9);
    vi.advanceTimersByTime(60_000);
    expect(engines).toHaveLength(6);
    expect(exits.at(-1)).toEqual([9, false]);
  });

  test('deaths more than a minute ago do not count', () => {
    const { engines, last } = setUp();
    for (let death = 1; death <= 10; death++) {
      last().die(9);
      vi.advanceTimersByTime(1);
      expect(engines).toHaveLength(death + 1);
      vi.advanceTimersByTime(60_000);
    }
  });

  test('a port asked for meanwhile goes to the next one; asking revives a host that gave up', () => {
    const { host, engines, last } = setUp();
    const { port1 } = new MessageChannel();
    // Only handed through: the type is Electron's, which this test must not load.
    const port = port1 as unknown as Parameters<EngineHost['attach']>[0];
    last().die(1);
    vi.advanceTimersByTime(0);
    last().die(1);
    host.attach(port);
    expect(engines).toHaveLength(2);
    vi.advanceTimersByTime(1000);
    expect(last().commands()).toEqual(['configure', 'secrets', 'attach']);

    for (let more = 0; more < 4; more++) {
      last().die(1);
      vi.advanceTimersByTime(8000);
    }
    const given = engines.length;
    vi.advanceTimersByTime(60_000);
    expect(engines).toHaveLength(given);
    host.attach(port);
    expect(engines).toHaveLength(given + 1);
    expect(last().commands()).toEqual(['configure', 'secrets', 'attach']);
    port1.close();
  });
});

describe('close', () => {
  test('waits for the engine, then ends it', async () => {
    const { host, last } = setUp();
    const closed = host.close();
    expect(host.close()).toBe(closed);
    expect(last().commands().at(-1)).toBe('shutdown');
    expect(last().killed).toBe(false);
    last().answer('shutdown', {});
    await closed;
    expect(last().killed).toBe(true);
  });

  test('ends an engine that does not answer after 2 s', async () => {
    const { host, last } = setUp();
    const closed = host.close();
    await vi.advanceTimersByTimeAsync(1999);
    expect(last().killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(last().killed).toBe(true);
  });

  test('starts none anew, whether the engine dies while or was to be restarted', async () => {
    const dying = setUp();
    const closed = dying.host.close();
    dying.last().die(0);
    await closed;
    const waiting = setUp();
    waiting.last().die(1);
    await waiting.host.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([dying.engines.length, waiting.engines.length]).toEqual([1, 1]);
    expect(dying.exits).toEqual([]);
  });
});
