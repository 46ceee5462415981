import type { CodePlan, CodeStep, IntOption } from './plan';
import { cString } from './quote';

export function sets(options: readonly IntOption[], indent: string): string[] {
  return options.map(({ level, name, value }) => `${indent}set(s, ${level}, ${name}, ${value});`);
}

export function turn(
  { kind, bytes }: CodeStep,
  n: number,
  datagram: boolean,
  indent: string,
): string {
  const size = bytes.byteLength;
  const step = `step${n + 1}`;
  if (kind === 'expect') return `${indent}expect(s, ${step}, ${size});`;
  if (datagram) return `${indent}if (send(s, ${step}, ${size}, 0) < 0) fail("send");`;
  return `${indent}send_all(s, ${step}, ${size});`;
}

export function lookUp(plan: CodePlan, type: string, passive: boolean): string[] {
  const { family, host, port } = plan;
  const both = passive && host === null && family === null;
  const name =
    both || family === 6
      ? 'AF_INET6'
      : family === 4
        ? 'AF_INET'
        : passive
          ? 'AF_INET'
          : 'AF_UNSPEC';
  return [
    '  struct addrinfo hints, *found;',
    '  memset(&hints, 0, sizeof hints);',
    `  hints.ai_family = ${name};`,
    `  hints.ai_socktype = ${type};`,
    ...(passive ? ['  hints.ai_flags = AI_PASSIVE;'] : []),
    `  int failed = getaddrinfo(${host === null ? 'NULL' : cString(host)}, "${port}", &hints, &found);`,
    '  if (failed != 0) {',
    '    fprintf(stderr, "%s\\n", gai_strerror(failed));',
    '    return 1;',
    '  }',
  ];
}

/** Binds `s` to where it shall dial or send from. */
export function bindFrom({ from, family }: CodePlan, indent: string, port?: number): string[] {
  if (from === null && port === undefined) return [];
  const host = from?.host ?? null;
  const any = family === 6 ? '"::"' : '"0.0.0.0"';
  return [
    'struct addrinfo here, *mine;',
    'memset(&here, 0, sizeof here);',
    'here.ai_family = one->ai_family;',
    'here.ai_socktype = one->ai_socktype;',
    'here.ai_flags = AI_PASSIVE | AI_NUMERICHOST;',
    `if (getaddrinfo(${host === null ? any : cString(host)}, "${port ?? from?.port ?? 0}", &here, &mine) != 0) fail("getaddrinfo");`,
    'if (bind(s, mine->ai_addr, mine->ai_addrlen) != 0) fail("bind");',
    'freeaddrinfo(mine);',
  ].map((line) => indent + line);
}
