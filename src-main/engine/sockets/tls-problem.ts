import type { SocketError } from '../../../src-shared/contract/socket';
import { tlsError } from './tls-errors';

/** Thrown inside the preparation of TLS only; `prepareTls` turns it into its error. */
export class TlsProblem extends Error {
  readonly error: SocketError;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.error = tlsError(code, sentence, 'prepare');
  }
}
