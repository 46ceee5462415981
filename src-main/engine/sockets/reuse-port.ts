import type { AddressOptions } from '../../../src-shared/address/address-options';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';

/** Node has it since 22.12 and 23.1, for Linux and some BSDs (Node docs: `server.listen`). */
export function canReusePort(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const since = major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  return since && process.platform === 'linux';
}

/** Older ones take the option and do nothing: a second socket would fail for no visible reason. */
export function refuseReusePort({ reusePort }: AddressOptions): void {
  if (reusePort !== true || canReusePort()) return;
  throw new CommandError(
    'ERR_REUSEPORT',
    process.platform === 'linux'
      ? refusal('reuse-port-node', { version: process.versions.node })
      : refusal('reuse-port-linux'),
  );
}
