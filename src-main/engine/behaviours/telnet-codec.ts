const IAC = 255;
const DONT = 254;
const DO = 253;
const WONT = 252;
const WILL = 251;
const SB = 250;
const AYT = 246;
const SE = 240;
const CR = 13;
const LF = 10;
const NUL = 0;

/** What this side is ready to do, and what it lets the other side do. */
const OURS = new Map([
  [0, 'BINARY'],
  [1, 'ECHO'],
  [3, 'SUPPRESS-GO-AHEAD'],
]);
const THEIRS = new Map([
  [0, 'BINARY'],
  [3, 'SUPPRESS-GO-AHEAD'],
  [24, 'TERMINAL-TYPE'],
  [31, 'NAWS'],
]);

/** A longer subnegotiation is passed over to its end. */
const MAX_SUBNEGOTIATION = 512;

/** Subnegotiation of TERMINAL-TYPE: "tell me" and "it is" (RFC 1091). */
const SEND = 1;
const IS = 0;
const TERMINAL_TYPE = 24;
const NAWS = 31;

type State = 'text' | 'cr' | 'iac' | 'option' | 'sub' | 'sub-iac';

/** What was heard: an answer to a negotiation to send, or a character of text; `\n` ends a line. */
export type Heard = Uint8Array | string;

/** The bytes of one telnet connection: commands out of the text, and back. */
export class TelnetCodec {
  #state: State = 'text';
  #verb = 0;
  #sub: number[] = [];
  readonly #ours = new Set<number>();
  readonly #theirs = new Set<number>();
  /** Asked for and not answered yet: its answer must not be answered (RFC 1143). */
  readonly #asked = new Set<number>();
  #terminal = '';
  #size = '';

  /** What this side asks for first. */
  start(): Uint8Array {
    for (const option of [TERMINAL_TYPE, NAWS]) this.#asked.add(option);
    return Buffer.from([IAC, DO, TERMINAL_TYPE, IAC, DO, NAWS]);
  }

  /** The other side wants to see what it types from here. */
  get echoes(): boolean {
    return this.#ours.has(1);
  }

  /** Text as it is sent: IAC doubled, and NUL after a CR that ends no line (RFC 854). */
  text(text: string): Uint8Array {
    return Buffer.from(text.replace(/\r(?!\n)/g, '\r\0').replace(/\xff/g, '\xff\xff'), 'latin1');
  }

  *heard(bytes: Uint8Array): Generator<Heard, void, void> {
    for (const byte of bytes) {
      const heard = this.#byte(byte);
      if (heard !== null) yield heard;
    }
  }

  describe(): string[] {
    const names = (from: ReadonlySet<number>, of: ReadonlyMap<number, string>) =>
      [...from].map((option) => of.get(option) ?? String(option)).join(' ') || 'none';
    return [
      `ours:     ${names(this.#ours, OURS)}`,
      `yours:    ${names(this.#theirs, THEIRS)}`,
      `terminal: ${this.#terminal || 'not told'}`,
      `window:   ${this.#size || 'not told'}`,
    ];
  }

  #byte(byte: number): Heard | null {
    switch (this.#state) {
      case 'cr':
        this.#state = 'text';
        // The CR itself has ended the line already.
        return byte === LF || byte === NUL ? null : this.#byte(byte);
      case 'text':
        if (byte === IAC) this.#state = 'iac';
        else if (byte === CR) this.#state = 'cr';
        if (byte === CR || byte === LF) return '\n';
        return byte === IAC || byte === NUL ? null : String.fromCharCode(byte);
      case 'iac':
        return this.#command(byte);
      case 'option':
        this.#state = 'text';
        return this.#negotiated(this.#verb, byte);
      case 'sub':
        if (byte === IAC) this.#state = 'sub-iac';
        else if (this.#sub.length < MAX_SUBNEGOTIATION) this.#sub.push(byte);
        return null;
      case 'sub-iac':
        return this.#inSubnegotiation(byte);
      default:
        return this.#state satisfies never;
    }
  }

  #command(byte: number): Heard | null {
    this.#state = 'text';
    if (byte === IAC) return '\xff';
    if (byte >= WILL && byte <= DONT) {
      this.#state = 'option';
      this.#verb = byte;
    } else if (byte === SB) {
      this.#state = 'sub';
      this.#sub = [];
    } else if (byte === AYT) return Buffer.from('\r\n[Wirebench is here]\r\n');
    return null;
  }

  #negotiated(verb: number, option: number): Heard | null {
    const asks = verb === DO || verb === WILL;
    const mine = verb === DO || verb === DONT;
    const on = mine ? this.#ours : this.#theirs;
    const wasAsked = !mine && this.#asked.delete(option);
    const agreed = asks && (mine ? OURS : THEIRS).has(option);
    // Nothing changes: to answer that would be answered in turn, for ever.
    if (agreed === on.has(option) && (agreed || !asks)) return null;
    if (agreed) on.add(option);
    else on.delete(option);
    if (wasAsked) return agreed ? this.#follow(option) : null;
    const answer = mine ? (agreed ? WILL : WONT) : agreed ? DO : DONT;
    const reply = Buffer.from([IAC, answer, option]);
    const more = agreed && !mine ? this.#follow(option) : null;
    return more ? Buffer.concat([reply, more]) : reply;
  }

  /** What an option that is on now lets this side ask. */
  #follow(option: number): Buffer | null {
    return option === TERMINAL_TYPE ? Buffer.from([IAC, SB, TERMINAL_TYPE, SEND, IAC, SE]) : null;
  }

  #inSubnegotiation(byte: number): Heard | null {
    if (byte === IAC) {
      this.#state = 'sub';
      if (this.#sub.length < MAX_SUBNEGOTIATION) this.#sub.push(IAC);
      return null;
    }
    // Anything but SE ends it as well: half of one must not swallow all that follows.
    this.#state = 'text';
    const [option, first = 0, second = 0, third = 0, fourth = 0] = this.#sub;
    if (option === NAWS && this.#sub.length === 5)
      this.#size = `${first * 256 + second} x ${third * 256 + fourth}`;
    if (option === TERMINAL_TYPE && first === IS)
      this.#terminal = String.fromCharCode(...this.#sub.slice(2)).replace(/[^\x20-\x7e]/g, '?');
    return byte === SE ? null : this.#command(byte);
  }
}
