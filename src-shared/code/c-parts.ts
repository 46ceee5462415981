import type { CodePlan } from './plan';

/** What the program needs, in the order of the alphabet. */
export function cIncludes({ transport, memberships, options, listens }: CodePlan): string[] {
  const headers = [
    ...(memberships.length > 0 || options.multicastInterface !== undefined
      ? ['arpa/inet.h', 'net/if.h']
      : []),
    ...(transport === 'unix' ? ['stddef.h', 'sys/un.h'] : ['netdb.h', 'netinet/in.h']),
    ...(transport === 'tcp' ? ['netinet/tcp.h'] : []),
    ...(options.mode === undefined ? [] : ['sys/stat.h']),
    ...(listens && transport !== 'udp' ? ['signal.h'] : []),
    ...['poll.h', 'stdio.h', 'stdlib.h', 'string.h', 'sys/socket.h', 'unistd.h'],
  ];
  return ['#define _GNU_SOURCE', ...headers.sort().map((name) => `#include <${name}>`)];
}

export const SEND_ALL = [
  '/* send() may take less than it is given. */',
  'static void send_all(int s, const unsigned char *bytes, size_t size) {',
  '  while (size > 0) {',
  '    ssize_t sent = send(s, bytes, size, 0);',
  '    if (sent < 0) fail("send");',
  '    bytes += sent;',
  '    size -= (size_t)sent;',
  '  }',
  '}',
  '',
];

export const EXPECT_STREAM = [
  '/* Receives as many bytes as wanted has, and ends the program if they are others. */',
  'static void expect(int s, const unsigned char *wanted, size_t size) {',
  '  for (size_t at = 0; at < size;) {',
  '    unsigned char part[4096];',
  '    size_t room = size - at < sizeof part ? size - at : sizeof part;',
  '    ssize_t got = recv(s, part, room, 0);',
  '    if (got < 0) fail("recv");',
  '    if (got == 0 || memcmp(part, wanted + at, (size_t)got) != 0) {',
  '      fprintf(stderr, "something else was expected at byte %zu\\n", at);',
  '      exit(1);',
  '    }',
  '    at += (size_t)got;',
  '  }',
  '}',
  '',
];

export const EXPECT_DATAGRAM = [
  '/* Receives one datagram, and ends the program if it is another. */',
  'static void expect(int s, const unsigned char *wanted, size_t size) {',
  '  static unsigned char got[65536];',
  '  ssize_t length = recv(s, got, sizeof got, 0);',
  '  if (length < 0) fail("recv");',
  '  if ((size_t)length != size || memcmp(got, wanted, size) != 0) {',
  '    fprintf(stderr, "another datagram was expected\\n");',
  '    exit(1);',
  '  }',
  '}',
  '',
];

/** `show_rest`: a datagram of no bytes is no end, a read of none from a stream is. */
export function showRest(silenceMs: number, datagrams: boolean): string[] {
  return [
    '/* Writes what comes to standard output, until the peer closes or is silent for too long. */',
    'static void show_rest(int s) {',
    '  static char part[65536];',
    '  struct pollfd ready = {.fd = s, .events = POLLIN};',
    `  while (poll(&ready, 1, ${silenceMs}) > 0) {`,
    '    ssize_t got = recv(s, part, sizeof part, 0);',
    '    if (got < 0) fail("recv");',
    ...(datagrams ? [] : ['    if (got == 0) break;']),
    '    fwrite(part, 1, (size_t)got, stdout);',
    '    fflush(stdout);',
    '  }',
    '}',
    '',
  ];
}
