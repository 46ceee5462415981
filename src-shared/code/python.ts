import type { CodePlan, CodeStep } from './plan';
import { notIn } from './plan';
import { call, seconds, setOptions } from './python-lines';
import { pythonDatagrams } from './python-datagrams';
import { pythonTls } from './python-tls';
import { commentText, pythonBytes, pythonString } from './quote';

/** A script for Python 3.8 and later that uses nothing but its standard library. */
export function pythonCode(plan: CodePlan, steps: readonly CodeStep[]): string {
  const body = plan.transport === 'udp' ? pythonDatagrams(plan, steps) : stream(plan, steps);
  const modules = [
    'socket',
    'sys',
    ...(plan.tls ? ['ssl', 'os'] : []),
    ...(unlinks(plan) ? ['os'] : []),
  ];
  const handled = [
    ...(['bind', 'sourcePort', 'backlog', 'connectTimeoutMs', 'idleTimeoutMs'] as const),
    ...(['join', 'sources', 'multicastInterface', 'unlink', 'mode', 'greeting'] as const),
    ...(plan.tls ? TLS_OPTIONS : []),
  ];
  return [
    '#!/usr/bin/env python3',
    `# ${commentText(plan.text)}`,
    ...notIn(plan, handled).map((text) => `# Not in this script: ${commentText(text)}`),
    `import ${[...new Set(modules)].sort().join(', ')}`,
    '',
    ...body,
    '',
  ].join('\n');
}

const TLS_OPTIONS = [
  ...(['verify', 'fingerprints', 'servername', 'alpn', 'ca', 'cert', 'key', 'crl'] as const),
  ...(['passphrase', 'ciphers', 'minVersion', 'maxVersion'] as const),
  ...(['requestCertificate', 'keyLog'] as const),
];

function unlinks({ options }: CodePlan): boolean {
  return options.unlink === true || options.mode !== undefined;
}

const EXPECT_STREAM = [
  'def expect(s, wanted):',
  '    """Receives as many bytes as wanted has, and ends the script if they are others."""',
  "    got = b''",
  '    while len(got) < len(wanted):',
  '        part = s.recv(len(wanted) - len(got))',
  '        if not part:',
  '            break',
  '        got += part',
  '    if got != wanted:',
  "        sys.exit(f'expected {wanted!r}, got {got!r}')",
  '',
];

const SHOW_REST = [
  'def show_rest(s):',
  '    """Writes what comes to standard output, until the peer closes or is silent for too long."""',
  '    try:',
  '        while True:',
  '            part = s.recv(65536)',
  '            if not part:',
  '                break',
  '            sys.stdout.buffer.write(part)',
  '            sys.stdout.buffer.flush()',
  '    except socket.timeout:',
  '        pass',
  '',
];

function turns(steps: readonly CodeStep[], indent: string): string[] {
  return steps.flatMap(({ kind, bytes }) =>
    call(kind === 'send' ? 's.sendall(' : 'expect(s, ', bytes, ')').map((line) => indent + line),
  );
}

function stream(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const helpers = [
    ...(steps.some(({ kind }) => kind === 'expect') ? EXPECT_STREAM : []),
    ...SHOW_REST,
  ];
  if (plan.transport === 'pipe') return pipe(plan, steps);
  return [...helpers, ...(plan.listens ? server(plan, steps) : client(plan, steps))];
}

/** Named pipes are files to Python; only Windows has them. */
function pipe(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  return [
    `with open(${pythonString(`\\\\.\\pipe\\${plan.path}`)}, 'r+b', buffering=0) as s:`,
    ...steps.flatMap(({ kind, bytes }) =>
      kind === 'send'
        ? call('    s.write(', bytes, ')')
        : [`    assert s.read(${bytes.byteLength}) == ${pythonBytes(bytes)}`],
    ),
    '    while part := s.read(65536):',
    '        sys.stdout.buffer.write(part)',
  ];
}

function unixName({ abstract, path }: CodePlan): string {
  return pythonString(abstract ? `\0${path}` : path);
}

function client(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const connectMs = plan.options.connectTimeoutMs ?? 10_000;
  const open =
    plan.transport === 'unix'
      ? [
          's = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)',
          `s.settimeout(${seconds(connectMs)})`,
          `s.connect(${unixName(plan)})`,
        ]
      : [...dialler(plan, connectMs), 's = dial()', ...setOptions('s', plan.late)];
  return [
    ...open,
    ...(plan.tls ? pythonTls(plan) : []),
    `s.settimeout(${seconds(plan.silenceMs)})`,
    ...turns(steps, ''),
    'show_rest(s)',
    's.close()',
  ];
}

function familyOf({ family }: CodePlan): string {
  return family === null ? 'socket.AF_UNSPEC' : family === 6 ? 'socket.AF_INET6' : 'socket.AF_INET';
}

function dialler(plan: CodePlan, timeoutMs: number): string[] {
  const { from, host, port } = plan;
  return [
    'def dial():',
    '    """Tries every address of the name, in the order of the system."""',
    `    found = socket.getaddrinfo(${pythonString(host ?? '')}, ${port}, ${familyOf(plan)}, socket.SOCK_STREAM)`,
    '    failed = None',
    '    for family, kind, proto, _, address in found:',
    '        s = socket.socket(family, kind, proto)',
    '        try:',
    ...setOptions('            s', plan.early),
    ...(from === null
      ? []
      : [`            s.bind((${pythonString(from.host ?? '')}, ${from.port}))`]),
    `            s.settimeout(${seconds(timeoutMs)})`,
    '            s.connect(address)',
    '            return s',
    '        except OSError as error:',
    '            failed = error',
    '            s.close()',
    '    raise failed',
    '',
  ];
}

function server(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const { options, greeting } = plan;
  const hello: CodeStep[] = greeting === null ? [] : [{ kind: 'send', bytes: greeting }];
  return [
    ...(plan.transport === 'unix' ? unixListener(plan) : tcpListener(plan)),
    `listener.listen(${options.backlog ?? 511})`,
    "print('listening on', listener.getsockname(), file=sys.stderr, flush=True)",
    ...(plan.tls ? pythonTls(plan) : []),
    'while True:',
    '    s, peer = listener.accept()',
    "    print('accepted', peer, file=sys.stderr, flush=True)",
    `    s.settimeout(${seconds(plan.silenceMs)})`,
    '    try:',
    ...(plan.tls ? ['        s = context.wrap_socket(s, server_side=True)'] : []),
    ...setOptions('        s', plan.late),
    ...turns([...hello, ...steps], '        '),
    '        show_rest(s)',
    '    except OSError as error:',
    '        print(peer, error, file=sys.stderr, flush=True)',
    '    s.close()',
  ];
}

function unixListener({ options, path, abstract, ...plan }: CodePlan): string[] {
  const name = pythonString(path);
  return [
    ...(options.unlink === true && !abstract
      ? [`if os.path.exists(${name}):`, `    os.unlink(${name})`]
      : []),
    'listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)',
    `listener.bind(${unixName({ ...plan, options, path, abstract })})`,
    ...(options.mode === undefined || abstract
      ? []
      : [`os.chmod(${name}, 0o${options.mode.toString(8)})`]),
  ];
}

function tcpListener(plan: CodePlan): string[] {
  const both = plan.family === null && plan.host === null;
  const six = both || plan.family === 6;
  return [
    `listener = socket.socket(socket.${six ? 'AF_INET6' : 'AF_INET'}, socket.SOCK_STREAM)`,
    ...setOptions('listener', plan.early),
    ...(both ? ['listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)'] : []),
    `listener.bind((${pythonString(plan.host ?? '')}, ${plan.port}))`,
  ];
}
