import type { SocketError } from '../../src-shared/contract/socket';
import type { ErrorAbout, Words } from './error-about';
import { sentenceOf } from './sentence';

const WRONG_SYSTEM = new Set(['ERR_WINDOWS_ONLY', 'ERR_NOT_ON_WINDOWS', 'ERR_LINUX_ONLY']);

/** What Unix sockets and named pipes can meet: the same codes mean other things than on a network. */
export function localWords(error: SocketError, about: ErrorAbout): Words | null {
  const { path } = about;
  if (path === undefined) return null;
  return about.doing === 'listen' ? listenWords(error, path) : connectWords(error, path);
}

function listenWords({ code, message }: SocketError, path: string): Words | null {
  switch (code) {
    case 'EADDRINUSE':
      return {
        sentence: `Another program listens on ${path}.`,
        next: ['Use another path, or end that program. `ss -lxp` shows who has it.'],
      };
    case 'ERR_STALE_SOCKET':
      return {
        sentence: `${path} was left behind by a program that has ended: nobody answers on it.`,
        next: ['Remove it: add the option unlink to the address, or delete the file.'],
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        sentence: `No right to make ${path}.`,
        next: ['Its folder must be there, and yours to write to; /tmp or $XDG_RUNTIME_DIR are.'],
      };
    case 'ENOENT':
    case 'ENOTDIR':
      return { sentence: `There is no folder for ${path}.`, next: ['Make it, or use another.'] };
    default:
      return eitherWords(code, message, path);
  }
}

function connectWords({ code, message }: SocketError, path: string): Words | null {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        sentence: `There is no socket ${path}.`,
        next: ['Check the path, and that the program that makes it is running.'],
      };
    case 'ECONNREFUSED':
      return {
        sentence: `Nobody listens on ${path}.`,
        next: path.startsWith('@')
          ? ['Check the name, and that the program is running.']
          : ['The file was left behind by a program that has ended: start it again.'],
      };
    case 'EACCES':
    case 'EPERM':
      return {
        sentence: `No right to connect to ${path}.`,
        next: ['It takes the right to write to the socket, and to enter the folders on its way.'],
      };
    case 'EPROTOTYPE':
      return {
        sentence: `${path} is a socket for datagrams.`,
        next: ['Only streams can be opened here: Node has no Unix datagrams.'],
      };
    case 'EAGAIN':
      return {
        sentence: `Too many others wait to be accepted on ${path}.`,
        next: ['The program there does not accept: try again, or look why.'],
      };
    default:
      return eitherWords(code, message, path);
  }
}

function eitherWords(code: string, message: string, path: string): Words | null {
  if (code === 'ERR_ABSTRACT_PADDED')
    return {
      sentence: sentenceOf({ message }),
      next: ['Use the path of a file, or a newer Node.'],
    };
  if (WRONG_SYSTEM.has(code)) return { sentence: sentenceOf({ message }), next: [] };
  switch (code) {
    case 'ENOTSOCK':
      return {
        sentence: `${path} is not a socket but another kind of file.`,
        next: ['Use another path; this file is left as it is.'],
      };
    case 'ECONNRESET':
      return {
        sentence: `The peer closed ${path} and left bytes of ours unread.`,
        next: ['It may have ended, or not want what was sent.'],
      };
    case 'EPIPE':
      return {
        sentence: 'The connection was already closed when sending.',
        next: ['Connect again.'],
      };
    case 'ETIMEDOUT':
      return { sentence: sentenceOf({ message }), next: ['The program there may be stopped.'] };
    case 'ENAMETOOLONG':
      return {
        sentence: sentenceOf({ message }),
        next: ['Use a shorter path, such as one in /tmp, or one relative to the current folder.'],
      };
    default:
      return null;
  }
}
