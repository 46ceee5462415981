import type { Line, LineReader, Step, Want } from '../line-scanner';
import type { Conversation, Link, Side } from './conversation';
import { ends, goesOn, Waiting } from './conversation';

const START = {
  client: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP\/1\.\d$/,
  server: /^HTTP\/1\.\d \d{3}/,
};

const OPAQUE: Step = { cut: null, want: 'chunks', role: 'opaque' };

/** What the fields of a head say about the body. */
interface Head {
  start: string;
  length: number | null;
  chunked: boolean;
}

/** RFC 9112: heads, bodies by length, in chunks, or up to the end of the connection. */
export function http(link: Link): Conversation {
  /** Methods whose answers have not come. */
  const waiting = new Waiting<string>();
  return {
    client: new HttpReader('client', ({ start, length, chunked }) => {
      waiting.add(start.slice(0, start.indexOf(' ')));
      if (chunked) return 'chunked';
      return length ?? 0;
    }),
    server: new HttpReader('server', ({ start, length, chunked }) => {
      const status = Number(/ (\d{3})/.exec(start)?.[1] ?? 0);
      if (status >= 100 && status < 200 && status !== 101) return 0;
      const method = waiting.next();
      if (status === 101 || (method === 'CONNECT' && status < 300)) {
        // From here on both speak something else.
        link.redirect('client', 'chunks', 'opaque');
        return 'opaque';
      }
      if (method === 'HEAD' || status === 204 || status === 304) return 0;
      if (chunked) return 'chunked';
      return length ?? 'chunks';
    }),
  };
}

type Body = number | 'chunked' | 'chunks' | 'opaque';

type Part = 'start' | 'fields' | 'body' | 'size' | 'chunk' | 'trailers';

class HttpReader implements LineReader {
  readonly #side: Side;
  readonly #body: (head: Head) => Body;
  #part: Part = 'start';
  #head: Head = { start: '', length: null, chunked: false };

  constructor(side: Side, body: (head: Head) => Body) {
    this.#side = side;
    this.#body = body;
  }

  line(line: Line): Step {
    switch (this.#part) {
      case 'start':
        return this.#startLine(line);
      case 'fields':
        return line.length === 0 ? this.#headEnds() : this.#field(line.text);
      case 'size':
        return this.#chunkSize(line.text);
      case 'trailers':
        if (line.length > 0) return goesOn('last-chunk');
        this.#part = 'start';
        return ends('last-chunk', 'head');
      case 'body':
      case 'chunk':
        return OPAQUE;
      default:
        return this.#part satisfies never;
    }
  }

  counted(): Step {
    const isChunk = this.#part === 'chunk';
    this.#part = isChunk ? 'size' : 'start';
    return isChunk ? ends('chunk') : ends('body', 'head');
  }

  #startLine(line: Line): Step {
    // Empty lines in front are let pass (RFC 9112 §2.2).
    if (line.length === 0) return goesOn('head');
    const { text } = line;
    // A target longer than what is looked at has its version out of sight.
    const known = START[this.#side].test(text) || (line.length > text.length && / \S*$/.test(text));
    if (!known) return OPAQUE;
    this.#head = { start: text, length: null, chunked: false };
    this.#part = 'fields';
    return goesOn('head');
  }

  #field(text: string): Step {
    const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(text) ?? [];
    if (/^content-length$/i.test(name) && /^\d{1,15}$/.test(value))
      this.#head.length = Number(value);
    if (/^transfer-encoding$/i.test(name)) this.#head.chunked = /\bchunked$/i.test(value);
    return goesOn('head');
  }

  #headEnds(): Step {
    const body = this.#body(this.#head);
    this.#part = 'start';
    if (body === 0) return ends('head');
    if (body === 'opaque') return { ...OPAQUE, cut: 'head' };
    if (body === 'chunked') {
      this.#part = 'size';
      return ends('head', 'chunk');
    }
    this.#part = 'body';
    const want: Want = body;
    return { cut: 'head', want, role: 'body' };
  }

  #chunkSize(text: string): Step {
    const size = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(text)?.[1];
    if (size === undefined) return OPAQUE;
    const bytes = parseInt(size, 16);
    if (bytes === 0) {
      this.#part = 'trailers';
      return goesOn('last-chunk');
    }
    this.#part = 'chunk';
    // With the CR LF after it.
    return { cut: null, want: bytes + 2, role: 'chunk' };
  }
}
