import type { DefinitionFault } from '../../contract/definition-words';
import { definitionFault } from '../../contract/definition-words';

/** Where in a text something stands, both from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

/** JSON that was read, with the place of every value and key in it. */
export type ReadJson =
  | { ok: true; value: unknown; placeOf: (path: readonly PropertyKey[]) => TextPlace }
  | { ok: false; fault: DefinitionFault; place: TextPlace };

const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

class Problem extends Error {
  readonly fault: DefinitionFault;
  readonly at: number;

  constructor(fault: DefinitionFault, at: number) {
    super(fault.message);
    this.fault = fault;
    this.at = at;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- JSON refuses exactly these in a text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Reads JSON as `JSON.parse` does, but says where it is wrong, refuses a key that stands twice or that
 * reaches into objects, and remembers where everything stood. Never throws.
 */
export function readJson(text: string): ReadJson {
  try {
    const reader = new Reader(text);
    const value = reader.read();
    return { ok: true, value, placeOf: (path) => placeAt(text, reader.placeOf(path)) };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { ok: false, fault: thrown.fault, place: placeAt(text, thrown.at) };
  }
}

function placeAt(text: string, at: number): TextPlace {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}

class Reader {
  readonly #text: string;
  /** By path: keys of objects where the key stands, all else where the value begins. */
  readonly #places = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    this.#space();
    if (this.#at >= this.#text.length) throw new Problem(definitionFault('json-empty'), 0);
    const value = this.#value([]);
    this.#space();
    if (this.#at < this.#text.length) throw new Problem(definitionFault('json-rest'), this.#at);
    return value;
  }

  /** Of what is not there: where the nearest thing around it stands. */
  placeOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(keyOf(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return 0;
  }

  #value(path: readonly PropertyKey[]): unknown {
    const key = keyOf(path);
    if (!this.#places.has(key)) this.#places.set(key, this.#at);
    if (path.length > MAX_DEPTH) throw new Problem(definitionFault('json-deep'), this.#at);
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(path);
    if (char === '[') return this.#array(path);
    if (char === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== null) return Number(number);
    const word = this.#match(WORD);
    if (word !== null) return word === 'null' ? null : word === 'true';
    throw new Problem(definitionFault('json-value'), this.#at);
  }

  #object(path: readonly PropertyKey[]): unknown {
    const found: Record<string, unknown> = {};
    this.#at++;
    for (let first = true; ; first = false) {
      this.#space();
      if (first && this.#take('}')) return found;
      const at = this.#at;
      if (this.#text[at] !== '"') throw new Problem(definitionFault('json-key'), at);
      const key = this.#string();
      if (FORBIDDEN_KEYS.has(key))
        throw new Problem(definitionFault('json-forbidden', { found: key }), at);
      if (Object.hasOwn(found, key))
        throw new Problem(definitionFault('json-twice', { found: key }), at);
      const inner = [...path, key];
      this.#places.set(keyOf(inner), at);
      this.#space();
      if (!this.#take(':')) throw new Problem(definitionFault('json-colon'), this.#at);
      this.#space();
      found[key] = this.#value(inner);
      this.#space();
      if (this.#take('}')) return found;
      if (!this.#take(',')) throw new Problem(definitionFault('json-object'), this.#at);
    }
  }

  #array(path: readonly PropertyKey[]): unknown {
    const found: unknown[] = [];
    this.#at++;
    for (let first = true; ; first = false) {
      this.#space();
      if (first && this.#take(']')) return found;
      found.push(this.#value([...path, found.length]));
      this.#space();
      if (this.#take(']')) return found;
      if (!this.#take(',')) throw new Problem(definitionFault('json-array'), this.#at);
    }
  }

  #string(): string {
    const at = this.#at;
    const text = this.#match(STRING);
    if (text === null) throw new Problem(definitionFault('json-text'), at);
    return String(JSON.parse(text));
  }

  #match(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const found = this.#text.match(expression)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
