import type { PayloadHint } from './payload-hints';
import type { ExamplePayload } from './preset';

/** One line, its CRLF put after it by the composer. */
export function line(name: string, hint: PayloadHint, text = name): ExamplePayload {
  return { name, hint, draft: { mode: 'text', text, lineEnding: 'crlf', escapes: true } };
}

/** Several lines with their ends written out, nothing put after them. */
export function block(name: string, hint: PayloadHint, text: string): ExamplePayload {
  return { name, hint, draft: { mode: 'text', text, lineEnding: 'none', escapes: true } };
}

/** A text of mail or news: the composer makes its lines, dots and end those of the protocol. */
export function dotText(name: string, hint: PayloadHint, text: string): ExamplePayload {
  return { name, hint, draft: { mode: 'text', text, lineEnding: 'dot', escapes: false } };
}

/** Bytes. */
export function hex(name: string, hint: PayloadHint, text: string): ExamplePayload {
  return { name, hint, draft: { mode: 'hex', text, lineEnding: 'none', escapes: false } };
}
