import type { RowEvent } from '../contract/row';
import type { Decoded } from '../decode/decoded';
import type { Decoder } from '../decode/decoders';
import { joined } from '../encoding/carry';
import type { Charset } from '../encoding/charset';
import { containsParts, regexText } from '../payload/pattern';
import type { Pattern, RegexPattern, RegexTest } from '../payload/pattern';
import { compare } from './compare';
import { decodedTest } from './decoded-test';
import type { Filter, RowWay } from './filter';

/** A row as a filter sees it. What costs more to find out stands behind a getter. */
export interface RowFacts {
  readonly way: RowWay;
  readonly lengthBytes: number;
  /** From 1. */
  readonly number: number;
  /** Epoch ms. */
  readonly at: number;
  /** Ms since the row before it in the unfiltered log; null for the first. */
  readonly deltaMs: number | null;
  /** `host:port`, lower case. */
  readonly peer: string;
  readonly event: RowEvent | null;
  readonly marked: boolean;
  /** A packet of it passes Wireshark's display filter. */
  readonly displayed?: boolean;
  /** The note of its mark and the comment in the capture, lower case; empty: neither. */
  readonly noteText: string;
  /** All of it; valid until anything else is asked. */
  payload(): Uint8Array;
  /** Bytes before it that begin the character which it goes on with; null: none. */
  lead?(charset: Charset): Uint8Array | null;
  /** What it says: the frame, or the messages that end in the row. */
  messages?(decoder: Decoder): readonly Decoded[];
}

export type RowTest = (row: RowFacts) => boolean;

/** `RegExp` itself, for a thread that its owner can end when it takes for ever. */
const plainRegexTest: RegexTest = (source, flags, text, lastIndex) => {
  const regex = regexOf(source, flags);
  regex.lastIndex = lastIndex;
  return regex.test(text);
};

let latest: { source: string; flags: string; regex: RegExp } | null = null;

/** The same one again and again: making it costs more than one use. */
function regexOf(source: string, flags: string): RegExp {
  if (latest?.source !== source || latest.flags !== flags)
    latest = { source, flags, regex: new RegExp(source, flags) };
  return latest.regex;
}

/** What the cheapest tests cost least of: they go first, and most rows end there. */
const COST: Record<Filter['kind'], number> = {
  way: 0,
  compare: 1,
  peer: 2,
  mark: 1,
  displayed: 1,
  event: 3,
  note: 3,
  time: 3,
  not: 4,
  all: 4,
  any: 4,
  payload: 5,
  decoded: 6,
};

/** A filter as a function of a row. */
export function rowTest(filter: Filter, regexTest: RegexTest = plainRegexTest): RowTest {
  switch (filter.kind) {
    case 'all': {
      const tests = cheapestFirst(filter.parts, regexTest);
      return (row) => tests.every((test) => test(row));
    }
    case 'any': {
      const tests = cheapestFirst(filter.parts, regexTest);
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = rowTest(filter.part, regexTest);
      return (row) => !test(row);
    }
    case 'way':
      return (row) => row.way === filter.is;
    case 'compare':
      return compareTest(filter);
    case 'time': {
      const { op, value, daily } = filter;
      return (row) => compare(daily ? timeOfDay(row.at) : row.at, op, value);
    }
    case 'peer': {
      const glob = globTest(filter.glob);
      return (row) => glob(row.peer);
    }
    case 'event':
      return (row) => row.event === filter.event;
    case 'mark':
      return (row) => row.marked;
    case 'displayed':
      return (row) => row.displayed === true;
    case 'note':
      return (row) => row.noteText !== '' && row.noteText.includes(filter.text);
    case 'payload':
      return payloadTest(filter.patterns, regexTest);
    case 'decoded': {
      const { decoder } = filter;
      if (decoder === null) throw new Error(`Fields of ${filter.name} cannot be looked at here`);
      const test = decodedTest(filter, regexTest);
      return (row) => isData(row) && test(row.messages?.(decoder) ?? []);
    }
    default:
      return filter satisfies never;
  }
}

function cheapestFirst(parts: readonly Filter[], regexTest: RegexTest): RowTest[] {
  return [...parts]
    .sort((a, b) => COST[a.kind] - COST[b.kind])
    .map((part) => rowTest(part, regexTest));
}

function compareTest({ field, op, value }: Extract<Filter, { kind: 'compare' }>): RowTest {
  switch (field) {
    case 'len':
      return (row) => isData(row) && compare(row.lengthBytes, op, value);
    case 'number':
      return (row) => compare(row.number, op, value);
    case 'delta':
      return (row) => row.deltaMs !== null && compare(row.deltaMs, op, value);
    default:
      return field satisfies never;
  }
}

function isData({ way }: RowFacts): boolean {
  return way === 'in' || way === 'out';
}

const DAY_MS = 86_400_000;

function timeOfDay(at: number): number {
  const local = at - new Date(at).getTimezoneOffset() * 60_000;
  return local - Math.floor(local / DAY_MS) * DAY_MS;
}

/** Of a glob without a port, every port is meant, and IPv6 needs no brackets. */
function globTest(glob: string): (peer: string) => boolean {
  return (peer) => globMatches(glob, peer) || globMatches(glob, hostOf(peer));
}

function hostOf(peer: string): string {
  return peer.slice(0, Math.max(0, peer.lastIndexOf(':'))).replace(/^\[(.*)\]$/, '$1');
}

/** `*` any run, `?` one character; in time that grows with the product of the lengths at most. */
function globMatches(glob: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (glob[place] === '*') {
      star = place++;
      resume = at;
    } else if (place < glob.length && (glob[place] === '?' || glob[place] === text[at])) {
      place++;
      at++;
    } else if (star === -1) {
      return false;
    } else {
      // The last run takes one character more.
      place = star + 1;
      at = ++resume;
    }
  }
  while (glob[place] === '*') place++;
  return place === glob.length;
}

function payloadTest(patterns: readonly Pattern[], regexTest: RegexTest): RowTest {
  const charset = patterns.find(isOfText)?.charset ?? null;
  return (row) => {
    if (!isData(row)) return false;
    // First: it reads other rows, and with them the payload would be gone.
    const lead = charset === null ? null : (row.lead?.(charset) ?? null);
    const bytes = row.payload();
    return patterns.some((pattern) => {
      if (pattern.kind === 'bytes') return containsParts(bytes, pattern.parts);
      const seen = lead && pattern.charset ? joined(lead, bytes) : bytes;
      return regexTest(pattern.source, `${pattern.flags}g`, regexText(seen, pattern), 0);
    });
  };
}

function isOfText(pattern: Pattern): pattern is RegexPattern {
  return pattern.kind === 'regex' && pattern.charset !== null;
}
