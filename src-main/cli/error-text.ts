import type { SocketError } from '../../src-shared/contract/socket';
import type { ErrorAbout, ErrorText, Words } from './error-about';
import { localWords } from './local-error-text';
import { sentenceOf } from './sentence';
import { tlsWords } from './tls-error-text';
import { udpWords } from './udp-error-text';

/** A sentence, causes and next steps for a failed system call. */
export function explain(error: SocketError, about: ErrorAbout): ErrorText {
  const words = (about.doing === 'file' ? fileWords(error, about) : socketWords(error, about)) ?? {
    sentence: sentenceOf(error),
    next: [],
  };
  const errno = error.errno === undefined ? '' : `(errno ${error.errno})`;
  const raw = [error.code, error.syscall, about.subject, errno].filter(Boolean).join(' ');
  return { ...words, raw };
}

function socketWords(error: SocketError, about: ErrorAbout): Words | null {
  const tls = tlsWords(error);
  if (tls) return tls;
  const words = localWords(error, about);
  if (words || about.path !== undefined) return words ?? anyWords(error);
  return (
    udpWords(error, about) ?? bindWords(error, about) ?? pathWords(error, about) ?? anyWords(error)
  );
}

/** What a local address or port can meet. */
function bindWords(
  { code, takenBy }: SocketError,
  { port, host, subject }: ErrorAbout,
): Words | null {
  switch (code) {
    case 'EADDRINUSE':
      return {
        sentence: `Port ${port ?? '?'} is already taken by ${takenBy ?? 'another program'}.`,
        next: [
          `Use another port, or 0 for any free one.${takenBy === undefined ? ` \`wirebench network port ${port ?? ''}\` shows who has it.` : ''}`,
        ],
      };
    case 'EADDRNOTAVAIL':
      return {
        sentence: `${host ?? subject} is not an address of this computer (any more).`,
        next: ['Listen on one of its addresses, or on 0.0.0.0 for all of them.'],
      };
    case 'EACCES':
    case 'EPERM':
      return {
        sentence: 'Ports below 1024 need extra rights here, and a firewall may forbid others.',
        next: [
          `Use a port from 1024 up${port === undefined || port > 1023 ? '' : `, such as ${port + 1024}`}; on Linux see \`sysctl net.ipv4.ip_unprivileged_port_start\`.`,
        ],
      };
    default:
      return null;
  }
}

/** What any socket can meet. */
function anyWords({ code, message }: SocketError): Words | null {
  switch (code) {
    case 'EMFILE':
    case 'ENFILE':
      return {
        sentence: 'Too many connections are open for this process.',
        next: ['Close some, or raise the limit: `ulimit -n 65536`.'],
      };
    case 'EMSGSIZE':
      return {
        sentence: sentenceOf({ message }),
        next: [
          'Split it: at most 65,507 bytes over IPv4, and more than 1,472 is fragmented on Ethernet.',
        ],
      };
    case 'ENOBUFS':
      return { sentence: sentenceOf({ message }), next: ['Send slower.'] };
    case 'ERR_CLIENT_BLOCKED':
      return { sentence: sentenceOf({ message }), next: ['See the option block of its listener.'] };
    case 'ERR_MAX_CLIENTS':
      return { sentence: sentenceOf({ message }), next: ['Raise the option max-clients.'] };
    case 'ERR_NOT_ANSWERED':
      return {
        sentence: sentenceOf({ message }),
        next: [
          'This keeps two answering sockets from flooding each other; see docs/behaviours.md.',
        ],
      };
    case 'ERR_RELAY_TARGET':
      return {
        sentence: sentenceOf({ message }),
        next: ['Check the second address, and that the target is running. The client was reset.'],
      };
    case 'ERR_RELAY_LOOP':
      return {
        sentence: sentenceOf({ message }),
        next: ['Name the device as the target, or listen on another port.'],
      };
    case 'ERR_NOT_RELAYED':
      return {
        sentence: sentenceOf({ message }),
        next: ['With --record it is in the capture, on the side that it came from.'],
      };
    case 'ERR_RULE':
      return {
        sentence: sentenceOf({ message }),
        next: ['The other rules go on; see docs/rules.md.'],
      };
    case 'ERR_BEHAVIOUR':
      return {
        sentence: sentenceOf({ message }),
        next: ['The connection was reset, the others go on. Please report it with the capture.'],
      };
    default:
      return null;
  }
}

/** What the way to another host can meet. */
function pathWords(error: SocketError, { subject, host }: ErrorAbout): Words | null {
  switch (error.code) {
    case 'ECONNREFUSED':
      return {
        sentence: `Nothing is listening on ${subject}. The device answered but refused the connection.`,
        next: ['Check the port, and that the program on the other side is running.'],
      };
    case 'ETIMEDOUT':
      return {
        sentence: `No answer from ${subject}: ${error.message}.`,
        next: [
          'It may be off, on another network, or a firewall drops the packets.',
          'Raise the limit with the address option connect-timeout=30s.',
        ],
      };
    case 'EHOSTUNREACH':
      return {
        sentence: `No route to ${host ?? subject}.`,
        next: [
          'Check that it is on, and the network mask. On macOS: the Local Network permission.',
        ],
      };
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return {
        sentence: `No network path to ${subject}.`,
        next: ['Check cable, Wi-Fi, VPN and the chosen interface.'],
      };
    case 'ECONNRESET':
      return {
        sentence: 'The peer closed the connection abruptly (TCP RST).',
        next: ['Often a device that restarts, a watchdog, or unread data at close.'],
      };
    case 'EPIPE':
      return {
        sentence: 'The connection was already closed when sending.',
        next: ['Connect again.'],
      };
    case 'ENOTFOUND':
      return {
        sentence: `Can't find host "${host ?? subject}".`,
        next: ['Check its spelling, or use its IP address.'],
      };
    case 'EAI_AGAIN':
      return {
        sentence: 'The DNS server did not answer.',
        next: ['Check the network, or use an IP address.'],
      };
    default:
      return null;
  }
}

function fileWords({ code, message }: SocketError, { subject }: ErrorAbout): Words | null {
  switch (code) {
    case 'EEXIST':
      return {
        sentence: `The file ${subject} exists already; nothing is overwritten.`,
        next: ['Choose another name, or delete it first.'],
      };
    case 'ENOENT':
      return { sentence: `There is no file or folder ${subject}.`, next: ['Check the path.'] };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        sentence: `No right to use ${subject}.`,
        next: ['Choose another folder, or change its rights.'],
      };
    case 'EISDIR':
      return { sentence: `${subject} is a folder.`, next: ['Name a file in it.'] };
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return {
        sentence: `There is no room left for ${subject}.`,
        next: ['Sockets live on. Make room: recording goes on as soon as there is some.'],
      };
    case 'ERR_NOT_A_CAPTURE':
      return { sentence: sentenceOf({ message }, subject), next: [] };
    default:
      return null;
  }
}
