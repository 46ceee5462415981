import { type Address, parseAddress } from './address';
import { hostText, type HostRange, looksLikeRange, readHostRange } from './host-range';
import { type AddressError, AddressProblem } from './problem';
import { type Part, splitParts } from './quoting';

/** One sweep tries at most so many: every port of one address. */
export const MAX_TARGETS = 65_536;

const MAX_PORT = 65_535;
const EXAMPLE = 'tcp:192.168.1.50:22,80,8000-8010';

export type ParsedTargets = { ok: true; targets: Address[] } | { ok: false; error: AddressError };

/**
 * What to probe: one address of `parseAddress` whose port may be a list of ports and ranges,
 * `tcp:HOST:22,80,8000-8010,connect-timeout=1s`, and whose host a network or a range of IPv4
 * addresses, `tcp:192.168.1.0/24:80`; or several of these with blanks between them. Only here: what is
 * opened has one port and one host. Never throws; at most `MAX_TARGETS`.
 */
export function parseTargets(text: string): ParsedTargets {
  // A path may have blanks in it; some ranges would do as a name.
  const whole = parseAddress(text);
  if (whole.ok && !looksLikeRange(whole.address.host ?? ''))
    return { ok: true, targets: [whole.address] };
  try {
    const entries = splitEntries(text);
    const targets: Address[] = [];
    for (const { text: entry, at } of entries) addTargets(targets, entry, at, targets.length);
    return targets.length === 0 && !whole.ok ? whole : { ok: true, targets };
  } catch (thrown) {
    if (thrown instanceof AddressProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** Cuts at blanks; not within quotes, nor at the blank after a comma. */
function splitEntries(text: string): Part[] {
  const found = text.matchAll(/(?:"(?:\\.|[^"\\])*"?|,\s+|[^\s",]|,)+/gs);
  return [...found].map(({ 0: entry, index }) => ({ text: entry, at: index }));
}

function addTargets(into: Address[], text: string, at: number, had: number): void {
  const [head, ...tail] = splitParts(text);
  const place = /^(.*:)(\d+(?:-\d+)?)\/?$/s.exec(head?.text ?? '');
  const others = tail.findIndex((part) => !/^\s*\d+(?:-\d+)?\s*$/.test(part.text));
  const listed = others === -1 ? tail : tail.slice(0, others);
  const [, before = '', first = ''] = place ?? [];
  const [, kind = '', host = ''] = /^((?:[a-z\d-]+:)?(?:\/\/)?)(.*):$/is.exec(before) ?? [];
  const hosts = readHostRange(host, at + kind.length);
  if (!place || (listed.length === 0 && !first.includes('-') && hosts === null)) {
    into.push(addressOf(text, at));
    tooMany(into.length, at);
    return;
  }
  const ranges = [{ text: first, at: before.length }, ...listed].map((part) => readRange(part, at));
  const { at: cut = text.length + 1 } = others === -1 ? {} : (tail[others] ?? {});
  const options = text.slice(cut - 1);
  const lowest = ranges[0]?.from ?? 1;
  // The lists stand where one of each would: what follows them is that much further right.
  const alone = `${kind}${hosts === null ? host : hostText(hosts.from)}:${lowest}`;
  const address = addressOf(alone + options, at, alone.length, text.length - options.length);
  const ports = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  tooMany(had + ports * (hosts === null ? 1 : hosts.to - hosts.from + 1), at);
  for (const one of hosts === null ? [address] : eachHost(address, hosts))
    for (const { from, to } of ranges)
      for (let port = from; port <= to; port += 1) into.push({ ...one, port });
}

function eachHost(address: Address, { from, to }: HostRange): Address[] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    ...address,
    host: hostText(from + n),
  }));
}

/** The error of an address that is a part of a text stands where the part does. */
function addressOf(text: string, at: number, seam = 0, seamAt = 0): Address {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.address;
  const { error } = parsed;
  const moved = at + (seam > 0 && error.at >= seam ? error.at - seam + seamAt : error.at);
  const sentence = error.message.replace(/(?: \(at character \d+\))?\. Example: .*$/s, '');
  throw new AddressProblem(error.code, moved, sentence, error.values);
}

function readRange({ text, at }: Part, start: number): { from: number; to: number } {
  const found = text.trim();
  const where = start + at + text.length - text.trimStart().length;
  const [from = 0, to = from] = found.split('-').map(Number);
  for (const [n, port] of [from, to].entries())
    if (port < 1 || port > MAX_PORT) {
      const wrong = found.split('-')[n] ?? found;
      const sentence = `"${wrong}" is not a port; ports are 1 to ${MAX_PORT}`;
      const values = { found: wrong, min: 1, max: MAX_PORT, example: EXAMPLE };
      throw new AddressProblem(
        'bad-port',
        where + (n === 0 ? 0 : found.indexOf('-') + 1),
        sentence,
        values,
      );
    }
  if (from <= to) return { from, to };
  const sentence = `The range "${found}" runs backwards; did you mean "${to}-${from}"?`;
  throw new AddressProblem('bad-port-range', where, sentence, {
    found,
    nearest: `${to}-${from}`,
    example: EXAMPLE,
  });
}

function tooMany(count: number, at: number): void {
  if (count <= MAX_TARGETS) return;
  throw new AddressProblem(
    'too-many-targets',
    at,
    `These are more than ${MAX_TARGETS} attempts, which one sweep may have`,
    { found: String(count), max: MAX_TARGETS, example: EXAMPLE },
  );
}
