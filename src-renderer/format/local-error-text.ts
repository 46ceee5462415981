import type { SocketError } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { type Filled, type Words, words } from './error-words';
import { toldBy } from './refusal-text';

/**
 * The words for what goes wrong with sockets that have a path. `listening`: it was to be made, not
 * reached. Null: it is none of these.
 */
export function localWords(error: SocketError, listening: boolean, to: Filled): Words | null {
  const { code } = error;
  const message = toldBy(error);
  switch (code) {
    case 'ERR_STALE_SOCKET':
      return words(m.err_stale(to), m.err_stale_causes(), ['unlink', 'options', 'retry']);
    case 'EADDRINUSE':
      return words(m.err_local_taken(to), m.err_local_taken_causes(), ['edit', 'retry']);
    case 'ENOENT':
    case 'ENOTDIR':
      return listening
        ? words(m.err_local_folder(to), m.err_local_folder_causes(), ['edit', 'retry'])
        : words(m.err_local_none(to), m.err_local_none_causes(), ['retry', 'edit']);
    case 'ECONNREFUSED':
      if (to.addr.startsWith('@'))
        return words(m.err_local_nobody(to), m.err_local_nobody_causes(), ['retry', 'edit']);
      return words(m.err_local_stale(to), m.err_local_stale_causes(), ['retry', 'edit']);
    case 'ENOTSOCK':
    case 'EEXIST':
      return words(m.err_local_notsock(to), m.err_local_notsock_causes(), ['edit']);
    case 'EACCES':
    case 'EPERM':
      return words(m.err_local_access(to), m.err_local_access_causes(), ['edit', 'retry']);
    case 'EPROTOTYPE':
      return words(m.err_local_datagrams(to), m.err_local_datagrams_causes(), ['edit']);
    case 'EAGAIN':
      return words(m.err_local_queue(to), m.err_local_queue_causes(), ['retry']);
    case 'ECONNRESET':
      return words(m.err_local_reset(to), m.err_local_reset_causes(), ['retry']);
    case 'ERR_ABSTRACT_PADDED':
      return words(m.err_local_padded(to), m.err_local_padded_causes(), ['edit', 'retry']);
    case 'ENAMETOOLONG':
      return words(m.err_local_long(), m.err_local_long_causes({ message }), ['edit']);
    case 'ERR_NOT_ON_WINDOWS':
    case 'ERR_WINDOWS_ONLY':
    case 'ERR_LINUX_ONLY':
      return words(m.err_not_here(), m.err_not_here_causes({ message }), ['edit']);
    default:
      return null;
  }
}
