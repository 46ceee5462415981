import type { SocketError } from '../../src-shared/contract/socket';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { words } from './error-words';
import type { ErrorAbout, ErrorText, Filled, Remedy, Words } from './error-words';
import { localWords } from './local-error-text';
import { refusalText, toldBy } from './refusal-text';
import { tlsWords } from './tls-error-text';
import { networkWords, udpWords } from './udp-error-text';

/** The sentence, causes and remedies for a failed system call, in the language shown. */
export function errorText(error: SocketError, about: ErrorAbout): ErrorText {
  const filled: Filled = {
    addr: about.address ?? m.err_no_address(),
    host: about.host ?? about.address ?? m.err_no_address(),
    port: about.port === null ? '?' : String(about.port),
  };
  const words =
    captureWords(error, about) ??
    (about.local ? localWords(error, about.doing === 'listen', filled) : null) ??
    tlsWords(error, filled) ??
    networkWords(error, filled) ??
    (about.datagrams ? udpWords(error, about.doing, filled) : null) ??
    openingWords(error, about, filled) ??
    connectionWords(error, about, filled) ??
    unknownWords(error);
  return {
    sentence: plainText(words.sentence),
    causes: causesOf(words, error),
    remedies: words.remedies,
    raw: rawLine(error, about),
  };
}

/** What is known of this very case stands before what is likely of such a code. */
function causesOf({ sentence, causes }: Words, { reason }: SocketError): string[] {
  const likely = causes === '' ? [] : causes.split('\n').map(plainText);
  const known = refusalText(reason);
  return known === null || `${sentence}\n${causes}`.includes(known) ? likely : [known, ...likely];
}

/** `ECONNREFUSED connect 192.168.1.50:502 (errno -111)`. */
function rawLine(error: SocketError, about: Pick<ErrorAbout, 'address'>): string {
  const errno = error.errno === undefined ? '' : `(errno ${error.errno})`;
  return plainText([error.code, error.syscall, about.address, errno].filter(Boolean).join(' '));
}

function captureWords(error: SocketError, about: ErrorAbout): Words | null {
  if (error.code === 'ERR_NOT_A_CAPTURE')
    return words(m.err_notcapture(), m.err_notcapture_causes(), ['open-other']);
  if (about.doing === 'read-capture')
    return words(m.err_captureread(), m.err_captureread_causes(), ['open-other']);
  const room: readonly Remedy[] = ['captures', 'folder'];
  switch (error.code) {
    case 'ENOSPC':
      return words(m.err_nospc(), m.err_nospc_causes(), room);
    case 'EDQUOT':
      return words(m.err_dquot(), m.err_dquot_causes(), room);
    case 'EIO':
      return words(m.err_io(), m.err_io_causes(), ['folder']);
    case 'EROFS':
      return words(m.err_rofs(), m.err_rofs_causes(), ['folder']);
    default:
      if (about.doing !== 'record') return null;
      if (error.reason !== undefined) return words(toldBy(error), '', ['folder']);
      return words(m.err_record(), m.err_record_causes(), ['folder']);
  }
}

/** What goes wrong before a socket is open: names, routes, ports. */
function openingWords(error: SocketError, about: ErrorAbout, to: Filled): Words | null {
  const listening = about.doing === 'listen';
  switch (error.code) {
    case 'EADDRINUSE':
      return words(
        about.port === null ? m.err_addrinuse_some() : m.err_addrinuse(to),
        addrInUseCauses(error),
        ['next-port', 'any-port', 'retry'],
      );
    case 'EACCES':
    case 'EPERM':
      return listening
        ? words(
            about.port === null ? m.err_acces_listen_some() : m.err_acces_listen(to),
            m.err_acces_listen_causes(),
            ['next-port', 'retry'],
          )
        : words(m.err_acces(to), m.err_acces_causes(), ['retry']);
    case 'EADDRNOTAVAIL':
      return listening
        ? words(m.err_addrnotavail_listen(to), m.err_addrnotavail_listen_causes(), [
            'any-address',
            'edit',
            'retry',
          ])
        : words(m.err_addrnotavail(to), m.err_addrnotavail_causes(), ['edit', 'retry']);
    case 'ENOTFOUND':
      return words(m.err_notfound(to), m.err_notfound_causes(), ['edit', 'retry']);
    case 'EAI_AGAIN':
      return words(m.err_again(to), m.err_again_causes(), ['retry', 'edit']);
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return about.platform === 'darwin'
        ? words(m.err_hostunreach_mac(to), m.err_hostunreach_mac_causes(), ['retry', 'edit'])
        : words(m.err_hostunreach(to), m.err_hostunreach_causes(), ['retry', 'edit']);
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return words(m.err_netunreach(to), m.err_netunreach_causes(), ['retry', 'edit']);
    case 'EAFNOSUPPORT':
      return words(m.err_afnosupport(to), m.err_afnosupport_causes(), ['edit']);
    case 'EINVAL':
      return words(m.err_inval(to), m.err_inval_causes(), ['edit', 'retry']);
    default:
      return null;
  }
}

function addrInUseCauses({ takenBy }: SocketError): string {
  // Once it is known who has it, there is nothing to guess.
  return takenBy === undefined ? m.err_addrinuse_causes() : m.err_addrinuse_by({ owner: takenBy });
}

/** What goes wrong with a connection or with sending. */
function connectionWords(error: SocketError, about: ErrorAbout, to: Filled): Words | null {
  switch (error.code) {
    case 'ECONNREFUSED':
      return about.datagrams
        ? words(m.err_connrefused_udp(to), m.err_connrefused_udp_causes(), ['retry'])
        : words(m.err_connrefused(to), m.err_connrefused_causes(), ['retry', 'edit']);
    case 'ETIMEDOUT':
      return about.doing === 'connect'
        ? words(m.err_timedout(to), m.err_timedout_causes(), ['retry', 'longer', 'edit'])
        : words(m.err_timedout_open(to), m.err_timedout_open_causes(), ['retry']);
    case 'ECONNRESET':
      return words(m.err_connreset(to), m.err_connreset_causes(), ['retry']);
    case 'ECONNABORTED':
      return words(m.err_connaborted(to), m.err_connaborted_causes(), ['retry']);
    case 'EPIPE':
      return words(m.err_pipe(to), m.err_pipe_causes(), ['retry']);
    case 'ENOTCONN':
      return words(m.err_notconn(), m.err_notconn_causes(), ['retry']);
    case 'EMSGSIZE':
      return words(m.err_msgsize(), m.err_msgsize_causes(), []);
    case 'EMFILE':
    case 'ENFILE':
      return words(m.err_mfile(), m.err_mfile_causes(), ['retry']);
    case 'ENOBUFS':
    case 'ENOMEM':
      return words(m.err_nobufs(), m.err_nobufs_causes(), ['retry']);
    case 'ERR_CLIENT_BLOCKED':
      return words(m.err_client_blocked(), m.err_client_blocked_causes(), []);
    case 'ERR_MAX_CLIENTS':
      return words(m.err_max_clients(), m.err_max_clients_causes(), []);
    case 'ERR_NOT_ANSWERED':
      return words(m.err_not_answered(), m.err_not_answered_causes({ message: toldBy(error) }), []);
    case 'ERR_RULE':
      return words(m.err_rule(), m.err_rule_causes({ message: toldBy(error) }), []);
    case 'ERR_BAD_RULES':
      return words(m.err_bad_rules(), m.err_bad_rules_causes({ message: toldBy(error) }), []);
    case 'ERR_BEHAVIOUR':
      return words(m.err_behaviour(), m.err_behaviour_causes({ message: toldBy(error) }), []);
    case 'ERR_RELAY_TARGET':
      return words(m.err_relay_target(), m.err_relay_target_causes({ message: toldBy(error) }), []);
    case 'ERR_RELAY_LOOP':
      return words(m.err_relay_loop(), m.err_relay_loop_causes({ message: toldBy(error) }), []);
    case 'ERR_NOT_RELAYED':
      return words(m.err_not_relayed(), m.err_not_relayed_causes({ message: toldBy(error) }), []);
    case 'ERR_MARKS':
      return words(m.err_marks({ message: toldBy(error) }), m.err_marks_causes(), []);
    case 'ENGINE_LOST':
      return words(m.err_enginelost(), m.err_enginelost_causes(), ['retry']);
    case 'PAGE_INCOMPLETE':
      return words(m.err_page_incomplete(), m.err_page_incomplete_causes(), []);
    case 'MAIN_INCOMPLETE':
      return words(
        m.err_main_incomplete(),
        m.err_main_incomplete_causes({ message: toldBy(error) }),
        [],
      );
    default:
      return null;
  }
}

/** A code without words here: the refusal that it is, else what the system said. */
function unknownWords({ code, message, reason }: SocketError): Words {
  const refused = refusalText(reason);
  if (refused !== null) return words(refused, '', ['retry']);
  return words(m.err_unknown({ code }), m.err_unknown_causes({ message }), ['retry']);
}
