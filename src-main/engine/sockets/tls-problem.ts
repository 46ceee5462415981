import type { SocketError } from '../../../src-shared/contract/socket';
import { reasonIn, type Refused } from '../../../src-shared/refusal/refusal';
import { tlsError } from './tls-errors';

/** Thrown inside the preparation of TLS only; `prepareTls` turns it into its error. */
export class TlsProblem extends Error {
  readonly error: SocketError;

  constructor(code: string, told: Refused | SocketError) {
    super(told.message);
    this.error = { ...tlsError(code, told.message, 'prepare'), ...reasonIn(told) };
  }
}
