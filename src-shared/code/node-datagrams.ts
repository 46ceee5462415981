import { buffer, hint, object } from './node-lines';
import type { CodePlan, CodeStep } from './plan';
import { scriptString } from './quote';

/** A UDP socket of any kind: connected, bound, or in groups. */
export function nodeDatagrams(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  return [
    `const s = dgram.createSocket(${object(made(plan))});`,
    ...QUEUE,
    'async function main() {',
    ...opening(plan),
    "  console.error('bound to', s.address());",
    ...turns(plan, steps),
    ...(plan.listens
      ? ['  for (;;) show(await next());']
      : [`  for (let d; (d = await next(${plan.silenceMs})) !== null; ) show(d);`, '  s.close();']),
    '}',
    '',
    'main().catch((error) => {',
    '  console.error(error.message);',
    '  process.exit(1);',
    '});',
  ];
}

function given(name: string, value: number | boolean | undefined): string[] {
  return value === undefined ? [] : [`${name}: ${value}`];
}

function made({ options, family, multicast }: CodePlan): string[] {
  return [
    `type: 'udp${family === 6 ? 6 : 4}'`,
    ...(multicast || options.reuseAddress === true ? ['reuseAddr: true'] : []),
    ...given('reusePort', options.reusePort),
    ...given('ipv6Only', options.v6only),
    ...given('recvBufferSize', options.receiveBufferBytes),
    ...given('sendBufferSize', options.sendBufferBytes),
  ];
}

function set(method: string, value: number | boolean | undefined): string[] {
  return value === undefined ? [] : [`  s.${method}(${value});`];
}

/** Binds, sets what can only be set then, joins and connects. */
function opening(plan: CodePlan): string[] {
  const { options, listens, multicast, host, port, from } = plan;
  const bindHost = listens ? host : (from?.host ?? null);
  const bindPort = listens || multicast ? port : (from?.port ?? 0);
  const bind = [
    ...(bindHost === null ? [] : [`address: ${scriptString(bindHost)}`]),
    `port: ${bindPort}`,
  ];
  const chosen = options.multicastInterface;
  return [
    `  await new Promise((done) => s.bind({ ${bind.join(', ')} }, done));`,
    ...set('setBroadcast', options.broadcast),
    ...set('setTTL', options.ttl),
    ...set('setMulticastTTL', options.multicastTtl),
    ...set('setMulticastLoopback', options.multicastLoopback),
    ...(chosen === undefined
      ? []
      : [
          '  // An IPv4 address of the interface, or ::%name for IPv6.',
          `  s.setMulticastInterface(${scriptString(chosen)});`,
        ]),
    ...joins(plan),
    ...(listens || multicast
      ? []
      : [
          '  await new Promise((done, fail) =>',
          `    s.connect(${port}, ${scriptString(host ?? '')}, (error) => (error ? fail(error) : done())),`,
          '  );',
        ]),
  ];
}

function joins({ memberships }: CodePlan): string[] {
  return memberships.map(({ group, source, interface: on }) => {
    const second = on === null ? '' : `, ${scriptString(on)}`;
    return source === null
      ? `  s.addMembership(${scriptString(group)}${second});`
      : `  s.addSourceSpecificMembership(${scriptString(source)}, ${scriptString(group)}${second});`;
  });
}

function destination({ listens, multicast, port, host }: CodePlan): string {
  if (listens) return ', peer.port, peer.address';
  return multicast ? `, ${port}, ${scriptString(host ?? '')}` : '';
}

const QUEUE = [
  'const came = [];',
  'let wake = () => {};',
  "s.on('message', (data, peer) => {",
  '  came.push({ data, peer });',
  '  wake();',
  '});',
  '/** The next datagram; null after that many ms without one. */',
  'async function next(ms) {',
  '  if (came.length === 0)',
  '    await new Promise((done) => {',
  '      wake = done;',
  '      if (ms !== undefined) setTimeout(done, ms);',
  '    });',
  '  return came.shift() ?? null;',
  '}',
  'function show({ data, peer }) {',
  "  console.error(data.length, 'bytes from', `${peer.address}:${peer.port}`);",
  '  process.stdout.write(data);',
  '}',
  '',
];

function turns(plan: CodePlan, steps: readonly CodeStep[]): string[] {
  const to = destination(plan);
  const waits = plan.listens && steps[0]?.kind === 'send';
  const lines = waits
    ? ['  const first = await next();', '  show(first);', '  let { peer } = first;']
    : [];
  const declared = waits || !plan.listens || steps.length === 0 ? [] : ['  let peer;'];
  const taken = steps.flatMap(({ kind, bytes }) => {
    const data = buffer(bytes, '  ');
    if (kind === 'send')
      return [`  await new Promise((done) => s.send(${data}${to}, done));${hint(bytes)}`];
    return [
      '  {',
      `    const got = await next(${plan.listens ? '' : plan.silenceMs});`,
      `    if (got === null || !got.data.equals(${data})) throw new Error('another datagram was expected');`,
      ...(plan.listens ? ['    peer = got.peer;'] : []),
      '  }',
    ];
  });
  return [...lines, ...declared, ...taken];
}
