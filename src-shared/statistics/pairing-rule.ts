import type { SavedPairing } from '../contract/profile';
import type { Asks, ByteRange, PairingRule } from '../contract/statistics';
import { ASKING, USUAL_ANSWER_TIMEOUT_MS } from '../contract/statistics-words';
import { parseFilter } from '../filter/parse';
import { formatByteRange, parseByteRange } from './byte-range';

/** Between the two filters of a rule. */
const THEN = ' => ';

interface PairingError {
  /** English: what is wrong, and an example that works. */
  message: string;
  /** Offset in the text, from 0. */
  at: number;
}

export type ParsedPairing = { ok: true; rule: PairingRule } | { ok: false; error: PairingError };

/**
 * `next`, `bytes:0..2` or `bytes:0..2=4..6` (of the request and of the response), and
 * `REQUEST => RESPONSE`, two filters. `asks` says whose messages are requests, where no filter does.
 * Never throws.
 */
export function parsePairing(text: string, asks: Asks): ParsedPairing {
  const rule = text.trim();
  if (rule === 'next') return { ok: true, rule: { by: 'next', asks } };
  if (rule.startsWith('bytes:')) return parseBytes(text, asks);
  if (text.includes(THEN)) return parsePatterns(text);
  return wrong(
    0,
    `"${rule}" is no rule. There are next, bytes:0..2 (the same bytes in request and response) and two filters such as dir:tx and hex:01 => dir:rx`,
  );
}

export function formatPairing(rule: PairingRule): string {
  switch (rule.by) {
    case 'next':
      return 'next';
    case 'bytes': {
      const [request, response] = [rule.request, rule.response].map(formatByteRange);
      return request === response
        ? `bytes:${request ?? ''}`
        : `bytes:${request ?? ''}=${response ?? ''}`;
    }
    case 'patterns':
      return `${rule.request}${THEN}${rule.response}`;
    default:
      return rule satisfies never;
  }
}

/** As a profile says it. */
export function savePairing(rule: PairingRule, timeoutMs: number): SavedPairing {
  return {
    rule: formatPairing(rule),
    ...(rule.by === 'patterns' ? {} : { asks: rule.asks }),
    timeoutMs,
  };
}

/** What a profile says. Never throws. */
export function readPairing({
  rule,
  asks = 'client',
  timeoutMs = USUAL_ANSWER_TIMEOUT_MS,
}: SavedPairing): { ok: true; rule: PairingRule; timeoutMs: number } | { ok: false } {
  const known = ASKING.find((one) => one === asks);
  const parsed = known === undefined ? null : parsePairing(rule, known);
  return parsed?.ok === true ? { ok: true, rule: parsed.rule, timeoutMs } : { ok: false };
}

/** The filters of a rule. */
export function filtersIn(rule: PairingRule | null): string[] {
  return rule?.by === 'patterns' ? [rule.request, rule.response] : [];
}

function wrong(at: number, message: string): ParsedPairing {
  return { ok: false, error: { message, at } };
}

function parseBytes(text: string, asks: Asks): ParsedPairing {
  const start = text.indexOf(':') + 1;
  const parts = text.slice(start).split('=');
  const ranges: ByteRange[] = [];
  let at = start;
  for (const part of parts) {
    const range = parseByteRange(part);
    if (!range)
      return wrong(
        at,
        `"${part.trim()}" is no range of at most 64 bytes: write FROM..TO, counted from 0, TO not included, negative from the end. Example: bytes:0..2`,
      );
    ranges.push(range);
    at += part.length + 1;
  }
  const [request, response = request, ...more] = ranges;
  if (!request || !response || more.length > 0)
    return wrong(start, 'One range for both, or two: bytes:0..2=4..6');
  return { ok: true, rule: { by: 'bytes', asks, request, response } };
}

function parsePatterns(text: string): ParsedPairing {
  let problem: ParsedPairing | null = null;
  // The arrow may stand in quotes: the first place where both sides are filters is meant.
  for (let at = text.indexOf(THEN); at >= 0; at = text.indexOf(THEN, at + 1)) {
    const request = text.slice(0, at);
    const response = text.slice(at + THEN.length);
    const asked = parseFilter(request);
    const answered = parseFilter(response);
    if (asked.ok && answered.ok)
      return {
        ok: true,
        rule: { by: 'patterns', request: request.trim(), response: response.trim() },
      };
    const from = at + THEN.length;
    problem ??= asked.ok
      ? wrong(
          from + (answered.ok ? 0 : answered.error.at),
          answered.ok ? '' : answered.error.message,
        )
      : wrong(asked.error.at, asked.error.message);
  }
  return problem ?? wrong(0, 'Write two filters with => between them');
}
