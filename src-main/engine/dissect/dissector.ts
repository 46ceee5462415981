import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dissection, Dissector } from '../../../src-shared/contract/dissection';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { SessionFile } from '../capture/format/session-file';
import { CommandError } from '../command-error';
import { makeTemporaryFolder } from '../temporary-folder';
import type { PacketMatches, RowView, Session } from '../types';
import { byteLinks } from './byte-links';
import { Child, dissectorError } from './child';
import { findPrograms, thisMachine } from './find';
import type { Machine } from '../../../src-shared/wireshark-folders';
import { refusal } from '../../../src-shared/refusal/refusal';
import { pdmlTree } from './pdml';
import { rowInput } from './row-input';
import type { RowInput } from './row-input';
import { Sharkd } from './sharkd';
import { SharkdMatches } from './sharkd-matches';
import { sharkdTree } from './sharkd-tree';
import { TsharkMatches } from './tshark-matches';
import type { TreeLines } from './tree';

/** How long one dissection may take: of 16 MiB of packets it is well under a second. */
const DISSECT_MS = 15_000;
const VERSION_MS = 10_000;
/** sharkd stays for the next row: starting it takes longer than the answer. */
const IDLE_MS = 30_000;
const MAX_PDML_BYTES = 16 * 1024 * 1024;

interface Tree {
  tree: TreeLines;
  sources: Uint8Array[];
}

/** Wireshark's engine as far as it is on this computer: finds it, asks it, ends it. */
export class WiresharkEngine {
  readonly #machine: Machine;
  readonly #dissectMs: number;
  #chosen: string | null = null;
  #sharkd: { server: Sharkd; path: string } | null = null;
  #idle: NodeJS.Timeout | null = null;
  readonly #matches = new Set<PacketMatches>();
  /** Requests one after another: sharkd has one capture open at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #version: { path: string; version: string | null } | null = null;
  readonly #children = new Set<Child>();

  constructor({ machine = thisMachine(), dissectMs = DISSECT_MS } = {}) {
    this.#machine = machine;
    this.#dissectMs = dissectMs;
  }

  /** The Wireshark that the user has chosen; its programs stand beside it. */
  choose(path: string | null): void {
    this.#chosen = path;
  }

  /** Looked for each time: it may have been installed meanwhile. */
  async info(): Promise<Dissector> {
    const { sharkd, tshark } = findPrograms(this.#machine, this.#chosen);
    const path = sharkd ?? tshark;
    if (path === null) return { program: null, path: null, version: null };
    if (this.#version?.path !== path)
      this.#version = { path, version: await this.#versionOf(path) };
    return { program: sharkd ? 'sharkd' : 'tshark', path, version: this.#version.version };
  }

  /** All that it makes of a row. Rejects with a CommandError. */
  dissect(session: Session, view: RowView, index: number): Promise<Dissection> {
    const done = this.#last.then(() => this.#dissect(session, view, index));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Packets of what is recorded so far that pass a display filter. Throws when nobody can tell. */
  matches(session: Session, filter: string): PacketMatches {
    const { sharkd, tshark } = findPrograms(this.#machine, this.#chosen);
    session.flush();
    const { files } = session;
    const found = tshark
      ? new TsharkMatches(tshark, files, filter)
      : sharkd && new SharkdMatches(sharkd, onlyOne(files), filter);
    if (!found) throw notThere();
    this.#matches.add(found);
    found.listen(() => {
      if (found.done || found.problem) this.#matches.delete(found);
    });
    return found;
  }

  /** Ends all that it has started. */
  close(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#sharkd?.server.close();
    this.#sharkd = null;
    for (const running of this.#matches) running.close();
    for (const child of this.#children) child.end();
  }

  async #dissect(session: Session, view: RowView, index: number): Promise<Dissection> {
    const dissector = await this.info();
    const { program, path } = dissector;
    if (program === null || path === null) throw notThere();
    const input = await rowInput(session, view, index);
    const { tree, sources } =
      program === 'sharkd' ? await this.#bySharkd(path, input) : await this.#byTshark(path, input);
    const link = byteLinks(sources, {
      payload: view.bytes(index),
      payloadStart: input.packet.payloadStart,
    });
    return {
      nodes: tree.lines.map(({ depth, text, at, filter, severity }) => ({
        ...{ depth, text, range: link(at) },
        ...{ filter, severity },
      })),
      leftOut: tree.leftOut,
      frame: input.frame,
      packets: input.packets,
      whole: input.whole,
      dissector,
    };
  }

  async #bySharkd(path: string, input: RowInput): Promise<Tree> {
    const server = this.#server(path);
    try {
      return await withFile(input.bytes, async (file) => {
        await server.request('load', { file }, this.#dissectMs);
        const params = { frame: input.frame, proto: true, bytes: true };
        return sharkdTree(await server.request('frame', params, this.#dissectMs));
      });
    } finally {
      this.#rest();
    }
  }

  #server(path: string): Sharkd {
    if (this.#idle) clearTimeout(this.#idle);
    const there = this.#sharkd;
    if (there && there.path === path && !there.server.problem) return there.server;
    there?.server.close();
    const server = new Sharkd(path);
    this.#sharkd = { server, path };
    return server;
  }

  #rest(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#sharkd?.server.close();
      this.#sharkd = null;
    }, IDLE_MS).unref();
  }

  async #byTshark(path: string, { bytes, frame, packet }: RowInput): Promise<Tree> {
    const text = await withFile(bytes, (file) => {
      const args = ['-n', '-r', file, '-Y', `frame.number == ${String(frame)}`, '-T', 'pdml'];
      return this.#output(path, args, this.#dissectMs);
    });
    // It does not tell of several sources: ranges are of the packet.
    return { tree: pdmlTree(text), sources: [packet.bytes] };
  }

  async #versionOf(path: string): Promise<string | null> {
    const text = await this.#output(path, ['--version'], VERSION_MS).catch(() => '');
    return /\b(\d+\.\d+\.\d+[\w.-]*)/.exec(text)?.[1]?.slice(0, 64) ?? null;
  }

  /** What a program writes. Rejects with a CommandError when it takes too long or writes too much. */
  async #output(path: string, args: readonly string[], ms: number): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    const problems: SocketError[] = [];
    const child = new Child(path, args, (why) => problems.push(why));
    this.#children.add(child);
    const timer = setTimeout(() => {
      const refused = refusal('dissector-timeout', { seconds: ms / 1000 });
      child.end(dissectorError('ERR_DISSECTOR_TIMEOUT', refused));
    }, ms);
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size <= MAX_PDML_BYTES) pieces.push(bytes);
      else child.end(dissectorError('ERR_DISSECTOR_FAILED', refusal('dissector-large')));
    });
    child.stdin.end();
    await child.exited;
    clearTimeout(timer);
    this.#children.delete(child);
    const [problem] = problems;
    if (problem) throw new CommandError(problem);
    if (size === 0)
      throw new CommandError(
        dissectorError('ERR_DISSECTOR_FAILED', child.errors || refusal('dissector-silent')),
      );
    return Buffer.concat(pieces).toString();
  }
}

/** For programs that take nothing but files: what is in it was on the disk already. */
async function withFile<Result>(
  bytes: Uint8Array,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = makeTemporaryFolder();
  try {
    const file = join(folder, 'rows.pcapng');
    await writeFile(file, bytes, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** sharkd goes back and forth in what it reads, and so takes no pipe. */
function onlyOne([file, ...others]: readonly SessionFile[]): SessionFile {
  if (file && others.length === 0) return file;
  throw new CommandError('ERR_NOT_POSSIBLE', refusal('sharkd-parts'));
}

function notThere(): CommandError {
  return new CommandError(dissectorError('ERR_NO_DISSECTOR', refusal('no-dissector')));
}
