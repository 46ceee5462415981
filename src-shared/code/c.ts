import { cDatagrams } from './c-datagrams';
import { bindFrom, lookUp, sets, turn } from './c-lines';
import { EXPECT_DATAGRAM, EXPECT_STREAM, SEND_ALL, cIncludes, showRest } from './c-parts';
import { notIn, type CodePlan, type CodeStep } from './plan';
import { cString, commentText } from './quote';

/** A program for POSIX systems, free of warnings of `gcc -Wall -Wextra -Werror`. */
export function cCode(plan: CodePlan, steps: readonly CodeStep[]): string {
  const udp = plan.transport === 'udp';
  const turns = [...greeting(plan), ...steps];
  const uses = {
    sends: turns.some(({ kind }) => kind === 'send'),
    expects: turns.some(({ kind }) => kind === 'expect'),
  };
  const handled = [
    ...(['bind', 'sourcePort', 'backlog', 'idleTimeoutMs', 'join', 'sources'] as const),
    ...(['multicastInterface', 'unlink', 'mode', 'greeting'] as const),
  ];
  return [
    `/* ${commentText(plan.text)} */`,
    ...notIn(plan, handled).map((text) => `/* Not in this program: ${commentText(text)} */`),
    ...cIncludes(plan),
    '',
    ...turns.flatMap(({ bytes }, n) => array(`step${n + 1}`, bytes)),
    'static void fail(const char *what) {',
    '  perror(what);',
    '  exit(1);',
    '}',
    '',
    ...(uses.sends && !udp ? SEND_ALL : []),
    ...(uses.expects ? (udp ? EXPECT_DATAGRAM : EXPECT_STREAM) : []),
    ...showRest(plan.silenceMs, udp),
    ...setter(plan),
    'int main(void) {',
    ...(udp ? cDatagrams(plan, turns) : plan.listens ? server(plan, turns) : client(plan, turns)),
    '}',
    '',
  ].join('\n');
}

function greeting(plan: CodePlan): CodeStep[] {
  return plan.greeting === null ? [] : [{ kind: 'send', bytes: plan.greeting }];
}

function array(name: string, bytes: Uint8Array): string[] {
  const words = [...bytes].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`);
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 12)
    lines.push(`  ${words.slice(at, at + 12).join(', ')},`);
  // An array of no bytes is not C.
  if (lines.length === 0) lines.push('  0');
  return [`static const unsigned char ${name}[] = {`, ...lines, '};', ''];
}

function setter({ early, late, family, options }: CodePlan): string[] {
  const chooses = family === 6 && options.multicastInterface !== undefined;
  if (early.length + late.length === 0 && !chooses) return [];
  return [
    'static void set(int s, int level, int name, int value) {',
    '  if (setsockopt(s, level, name, &value, sizeof value) != 0) fail("setsockopt");',
    '}',
    '',
  ];
}

/** Fills `address` and `size` with a Unix socket's name. */
function unixAddress({ path, abstract }: CodePlan): string[] {
  return [
    `  static const char name[] = ${cString(path)};`,
    '  struct sockaddr_un address;',
    '  memset(&address, 0, sizeof address);',
    '  address.sun_family = AF_UNIX;',
    `  memcpy(address.sun_path${abstract ? ' + 1' : ''}, name, sizeof name - 1);`,
    `  socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof name;`,
  ];
}

function client(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const open =
    plan.transport === 'unix'
      ? [
          ...unixAddress(plan),
          '  int s = socket(AF_UNIX, SOCK_STREAM, 0);',
          '  if (s < 0) fail("socket");',
          '  if (connect(s, (struct sockaddr *)&address, size) != 0) fail("connect");',
        ]
      : [
          ...lookUp(plan, 'SOCK_STREAM', false),
          '  int s = -1;',
          '  for (struct addrinfo *one = found; one != NULL; one = one->ai_next) {',
          '    s = socket(one->ai_family, one->ai_socktype, one->ai_protocol);',
          '    if (s < 0) fail("socket");',
          ...sets(plan.early, '    '),
          ...bindFrom(plan, '    '),
          '    if (connect(s, one->ai_addr, one->ai_addrlen) == 0) break;',
          '    if (one->ai_next == NULL) fail("connect");',
          '    close(s);',
          '  }',
          '  freeaddrinfo(found);',
          ...sets(plan.late, '  '),
        ];
  return [
    ...open,
    ...steps.map((step, n) => turn(step, n, false, '  ')),
    '  show_rest(s);',
    '  close(s);',
    '  return 0;',
  ];
}

function server(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const { options, abstract } = plan;
  const bind =
    plan.transport === 'unix'
      ? [
          ...unixAddress(plan),
          ...(options.unlink === true && !abstract ? ['  unlink(name);'] : []),
          '  int s = socket(AF_UNIX, SOCK_STREAM, 0);',
          '  if (s < 0) fail("socket");',
          '  if (bind(s, (struct sockaddr *)&address, size) != 0) fail("bind");',
          ...(options.mode === undefined || abstract
            ? []
            : [`  if (chmod(name, 0${options.mode.toString(8)}) != 0) fail("chmod");`]),
        ]
      : [
          ...lookUp(plan, 'SOCK_STREAM', true),
          '  int s = socket(found->ai_family, found->ai_socktype, found->ai_protocol);',
          '  if (s < 0) fail("socket");',
          ...sets(plan.early, '  '),
          '  if (bind(s, found->ai_addr, found->ai_addrlen) != 0) fail("bind");',
          '  freeaddrinfo(found);',
        ];
  return [
    '  signal(SIGPIPE, SIG_IGN);',
    ...bind,
    `  if (listen(s, ${options.backlog ?? 511}) != 0) fail("listen");`,
    '  fprintf(stderr, "listening\\n");',
    '  int listener = s;',
    '  for (;;) {',
    '    s = accept(listener, NULL, NULL);',
    '    if (s < 0) fail("accept");',
    '    fprintf(stderr, "accepted\\n");',
    ...sets(plan.late, '    '),
    ...steps.map((step, n) => turn(step, n, false, '    ')),
    '    show_rest(s);',
    '    close(s);',
    '  }',
  ];
}
