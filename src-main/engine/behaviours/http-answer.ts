import type { Request } from './http-request';
import type { Piece } from './talk';

const REASONS = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Content Too Large',
  414: 'URI Too Long',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  505: 'HTTP Version Not Supported',
  507: 'Insufficient Storage',
} as const;
export type Status = keyof typeof REASONS;

export interface Answer {
  status: Status;
  fields: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  /** Said in chunks, where the version knows them. */
  chunked?: boolean;
}

/** A chunk of an answer, small enough that an answer of some size has several. */
const CHUNK_BYTES = 4096;

/** One line of plain text. */
export function textAnswer(status: Status, text: string, fields: Answer['fields'] = []): Answer {
  const type = ['Content-Type', 'text/plain; charset=utf-8'] as const;
  return { status, fields: [type, ...fields], body: Buffer.from(`${text}\n`, 'latin1') };
}

/** `request` null: it was not understood. `keep`: the connection stays open. */
export function* sayAnswer(
  answer: Answer,
  request: Request | null,
  keep: boolean,
): Generator<Piece, void, void> {
  const chunked = answer.chunked === true && request?.minor === 1;
  const head = [
    `HTTP/1.1 ${answer.status} ${REASONS[answer.status]}`,
    `Date: ${new Date().toUTCString()}`,
    'Server: Wirebench',
    ...answer.fields.map(([name, value]) => `${name}: ${value}`),
  ];
  if (chunked) head.push('Transfer-Encoding: chunked');
  else if (answer.status !== 204) head.push(`Content-Length: ${answer.body.byteLength}`);
  if (!keep) head.push('Connection: close');
  else if (request?.minor === 0) head.push('Connection: keep-alive');
  yield `${head.join('\r\n')}\r\n\r\n`;
  if (request?.method === 'HEAD' || answer.status === 204) return;
  if (!chunked) {
    if (answer.body.byteLength > 0) yield answer.body;
    return;
  }
  for (let from = 0; from < answer.body.byteLength; from += CHUNK_BYTES) {
    const chunk = answer.body.subarray(from, from + CHUNK_BYTES);
    yield `${chunk.byteLength.toString(16)}\r\n`;
    yield chunk;
    yield '\r\n';
  }
  yield '0\r\n\r\n';
}
