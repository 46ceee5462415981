import { counted } from '../../src-shared/counted';
import { parseAddress } from '../../src-shared/address/address';
import type { Fault } from '../../src-shared/contract/engine';
import type { Call } from '../../src-shared/contract/control-commands';
import type { FileSendResult } from '../../src-shared/contract/file-send';
import type { Note } from '../../src-shared/contract/row';
import type { RuleState } from '../../src-shared/contract/rules';
import type { CaptureParts, SocketError, SocketInfo } from '../../src-shared/contract/socket';
import type { TlsMessage } from '../../src-shared/contract/tls';
import type { Charset } from '../../src-shared/encoding/charset';
import { epochNsAtZero, now } from '../engine/clock';
import type { Stamp } from '../engine/clock';
import type { Chunk } from '../engine/sockets/chunk';
import { endpointText } from '../engine/sockets/endpoint';
import { isoOfMs, isoOfNs, jsonLine } from '../engine/export/json-line';
import { dataFields, eventOf, frameMarks } from '../engine/export/json-row';
import { explain } from './error-text';
import type { ErrorAbout } from './error-about';
import { fileText } from './file-text';
import { lossLines } from './loss-lines';
import type { OwnLosses } from './loss-lines';
import { FrameView } from './frame-view';
import type { FrameViewOptions, ShownFrame } from './frame-view';
import { dataLine } from './lines';
import type { PrintMode } from './lines';
import { callLine, handshakeLines } from './call-line';
import { phaseText } from './phase-text';
import { StreamLeads } from './stream-leads';
import { isTold, noteText } from './row-events';
import type { Output } from './output';

const zero = epochNsAtZero();
const ZERO_NS = (BigInt(zero.high) << 32n) + BigInt(zero.low);

/** A received or sent moment, exact to the nanosecond of its stamp. */
function isoOfStamp(stamp: Stamp): string {
  return isoOfNs(ZERO_NS + BigInt(stamp));
}

export interface PrinterOptions {
  mode: PrintMode;
  /** No states and no summary on standard error; errors still come. */
  quiet: boolean;
  /** Frames are told instead of chunks; null: chunks. */
  frames: FrameViewOptions | null;
  /** What text is. */
  charset: Charset;
  output: Pick<Output, 'line'>;
  /** Standard error, by lines. */
  tell: (line: string) => void;
}

/**
 * Tells what happens: payloads on standard output in the chosen mode, states as JSON there or as
 * sentences on standard error.
 */
export class Printer {
  readonly #options: PrinterOptions;
  readonly #frames: FrameView | null;
  readonly #leads: StreamLeads;
  /** Peers that `only-from` does not name. */
  readonly #unexpected = new Set<number>();

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#leads = new StreamLeads(options.charset);
    const { frames } = options;
    this.#frames =
      frames &&
      new FrameView(frames, (shown) => {
        this.#line(shown.chunk, shown.datagram, shown);
      });
  }

  get printsData(): boolean {
    return this.#options.mode !== 'none';
  }

  data(chunk: Chunk, datagram: boolean): void {
    if (this.#options.mode === 'none') return;
    if (this.#frames) this.#frames.chunk(chunk, datagram);
    else this.#line(chunk, datagram, null);
  }

  #line(chunk: Chunk, datagram: boolean, shown: ShownFrame | null): void {
    const { mode, output } = this.#options;
    if (mode === 'none') return;
    const { socket, direction, bytes, at, remote, address, comment } = chunk;
    const peer = remote ? endpointText(remote) : localName(address);
    const unexpected = direction === 'in' && this.#unexpected.has(socket);
    const line = { at: isoOfStamp(at), direction, bytes };
    if (mode === 'json')
      output.line(
        jsonLine({
          event: 'data',
          socket: String(socket),
          ...dataFields(line),
          ...(datagram ? { peer } : {}),
          ...(unexpected ? { unexpected } : {}),
          ...(comment === undefined ? {} : { comment }),
          ...(shown ? frameFields(shown) : {}),
        }),
      );
    else {
      const { charset } = this.#options;
      const lead = mode === 'text' && !datagram ? this.#leads.lead(socket, direction, bytes) : null;
      output.line(
        dataLine(
          { ...line, peer, unexpected, lead, charset, comment },
          mode,
          shown?.decoded?.label,
        ),
      );
    }
  }

  /** The socket has reached the phase it is in. */
  phase(info: SocketInfo): void {
    if (info.phase === 'closed') {
      this.#frames?.end(info.id);
      this.#leads.forget(info.id);
      this.#unexpected.delete(info.id);
    }
    if (this.#options.mode === 'json') this.#event(info.phase, info.id, phaseFields(info));
    else if (!this.#options.quiet) this.#options.tell(phaseText(info) ?? '');
  }

  /** A state besides the phases, such as a silence or a wait. */
  note(socket: number, note: Note, at: Stamp): void {
    if (note.event === 'unexpected-source') this.#unexpected.add(socket);
    if (!isTold(note)) return;
    const { event: state, error, text } = note;
    if (this.#options.mode === 'json')
      this.#event(eventOf(state), socket, {
        at: isoOfStamp(at),
        state,
        ...(error ? { error } : {}),
        ...(text === undefined ? {} : { text }),
      });
    else if (!this.#options.quiet) this.#options.tell(noteText(note));
  }

  fault({ socket, at, error }: Fault, about: ErrorAbout): void {
    if (this.#options.mode === 'json') this.#event('fault', socket, { at: isoOfMs(at), error });
    this.problem(error, about);
  }

  /** Sentence, causes and next steps, and what the system said. */
  problem(error: SocketError, about: ErrorAbout, more: readonly string[] = []): void {
    const { sentence, next, raw } = explain(error, about);
    const details = [...next, ...more, raw].map((text) => `  ${text}`);
    for (const line of [`wirebench: ${sentence}`, ...details]) this.#options.tell(line);
  }

  /** How the way of a file ended. */
  file(socket: number, result: FileSendResult): void {
    const { mode, quiet, tell } = this.#options;
    if (mode === 'json') this.#event('file', socket, { at: isoOfStamp(now()), ...result });
    if (result.end !== 'done') tell(`wirebench: ${fileText(result)}`);
    else if (!quiet && mode !== 'json') tell(fileText(result));
  }

  /** The socket calls of one socket's life. */
  calls(socket: number, address: string, calls: readonly Call[], dropped: number): void {
    if (this.#options.mode === 'json') this.#event('stats', socket, { calls, dropped });
    else {
      this.#options.tell(`calls of ${address}:`);
      for (const call of calls) this.#options.tell(`  ${callLine(call)}`);
      if (dropped > 0) this.#options.tell(`  (${dropped} more in between)`);
    }
  }

  /** The messages of its TLS handshake. */
  handshake(socket: number, address: string, messages: readonly TlsMessage[]): void {
    if (this.#options.mode === 'json') this.#event('stats', socket, { handshake: messages });
    else
      for (const line of [`handshake of ${address}:`, ...handshakeLines(messages)])
        this.#options.tell(line);
  }

  /** The last word: where every chunk went. */
  stats(root: SocketInfo, record: string | null, losses: OwnLosses): void {
    const parts = record === null ? undefined : root.capture?.parts;
    if (this.#options.mode === 'json')
      this.#event('stats', root.id, {
        ...{ at: isoOfStamp(now()), ...root.ledger, ...losses, record },
        ...(parts ? { parts } : {}),
        ...(root.rules ? { rules: root.rules } : {}),
      });
    for (const line of [...lossLines(root, losses, record !== null), ...ruleProblems(root)])
      this.#options.tell(`wirebench: ${line}`);
    if (this.#options.quiet || this.#options.mode === 'json' || root.openedAt === null) return;
    const { receivedChunks, receivedBytes, sentChunks, sentBytes } = root.ledger;
    const recorded = record === null ? 'not recorded' : `recorded to ${record}${partsText(parts)}`;
    this.#options.tell(
      `received ${counted(receivedBytes, 'byte')} in ${receivedChunks}, sent ${counted(sentBytes, 'byte')} in ${sentChunks}, ${recorded}`,
    );
    if (root.rules) this.#options.tell(hitsText(root.rules));
  }

  #event(event: string, socket: number | null, fields: object): void {
    const named = socket === null ? {} : { socket: String(socket) };
    this.#options.output.line(jsonLine({ event, ...named, ...fields }));
  }
}

/** How often each rule answered. */
function hitsText({ rules, unmatched }: RuleState): string {
  const each = rules.map(({ name, hits }) => `${name} ${hits}`);
  return `answered by rules: ${[...each, `none ${unmatched}`].join(', ')}`;
}

function ruleProblems({ rules }: SocketInfo): string[] {
  return (rules?.rules ?? []).flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`rule "${name}": ${problem}`],
  );
}

/** Of a recording in several files. */
function partsText(parts: CaptureParts | undefined): string {
  if (!parts) return '';
  const { number, kept, letGoRows, letGoBytes } = parts;
  const gone = number - kept;
  const letGo = `, ${gone} let go on purpose (${counted(letGoRows, 'row')}, ${counted(letGoBytes, 'byte')})`;
  return ` in ${counted(kept, 'part')}${gone > 0 ? letGo : ''}`;
}

/** What a frame has besides its bytes; what is as usual is left out. */
function frameFields({ frame, firstAt, chunk, decoded }: ShownFrame): object {
  return {
    offset: frame.offset,
    ...(firstAt === chunk.at ? {} : { firstAt: isoOfStamp(firstAt) }),
    ...frameMarks(frame, decoded),
  };
}

/** The other end of a local socket: the number of a client, or the path. */
function localName(address: string): string {
  const parsed = parseAddress(address);
  return parsed.ok ? (parsed.address.path ?? address) : address;
}

function phaseFields(info: SocketInfo): object {
  const { id, parent, kind, address, phase, local, remote, openedAt, closedAt, error } = info;
  const { path, tls } = info;
  void id;
  const child = parent === null ? {} : { parent: String(parent) };
  switch (phase) {
    case 'opening':
      return { at: isoOfStamp(now()), ...child, kind, address };
    case 'open':
      return {
        at: isoOfMs(openedAt ?? 0),
        ...child,
        kind,
        local: local && endpointText(local),
        remote: remote && endpointText(remote),
        ...(tls ? { tls } : {}),
        ...(info.groups.length > 0 ? { groups: info.groups } : {}),
        ...(path === null ? {} : { path, ...(parent === null ? {} : { peer: address }) }),
      };
    case 'closing':
      return { at: isoOfStamp(now()), ...child };
    case 'closed':
      return {
        at: isoOfMs(closedAt ?? 0),
        ...child,
        ...(error ? { error } : {}),
        ...(tls?.state === 'failed' ? { tls } : {}),
      };
    default:
      return phase satisfies never;
  }
}
