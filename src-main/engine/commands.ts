import type { ExportRequest } from '../../src-shared/contract/export';
import type { Decoder } from '../../src-shared/decode/decoders';
import { Decoders } from '../../src-shared/decode/decoders';
import { engineCommands, hostCommands } from '../../src-shared/contract/engine';
import type {
  EngineCommandName,
  HostCommandName,
  InterfaceAddress,
} from '../../src-shared/contract/engine';
import { hostFieldOf } from '../../src-shared/payload/host-field';
import { refusal } from '../../src-shared/refusal/refusal';
import { compileRules } from './automation/compile-rules';
import { ruleHandlers } from './automation/rule-handlers';
import { addressOf, targetsOf } from './addresses';
import { CommandError } from './command-error';
import { handler, matchesOf, sessionOf, understand } from './command-handler';
import type { Handler } from './command-handler';
import { ownAddresses, readInterfaces } from './network/interfaces';
import { neighbours } from './network/neighbours';
import { peerNames } from './network/peer-names';
import { portOwner } from './network/port-owner';
import { route } from './network/route';
import { sendTo } from './sockets/send-to';
import { saveCapture } from './save-capture';
import { splitPlan } from './split-plan';
import { markHandlers } from './mark-commands';
import { viewHandlers } from './view-commands';

/** The handlers of what a window may ask. */
export const engineHandlers = {
  open: handler(engineCommands.open, async (engine, { address, rules }) => {
    const asked = rules && { rules: await compileRules(rules, { host: hostFieldOf(address) }) };
    return { socket: engine.open(address, { record: 'store', ...asked }) };
  }),
  close: handler(engineCommands.close, (engine, { socket }) => {
    engine.registry.get(socket).close();
    return {};
  }),
  end: handler(engineCommands.end, (engine, { socket }) => {
    engine.registry.get(socket).end();
    return {};
  }),
  reset: handler(engineCommands.reset, (engine, { socket }) => {
    engine.registry.get(socket).reset();
    return {};
  }),
  remove: handler(engineCommands.remove, (engine, { socket }) => {
    engine.remove(socket);
    return {};
  }),
  send: handler(engineCommands.send, async (engine, { socket, target, bytes }) => ({
    targets: await sendTo(engine.registry, socket, target, bytes),
  })),
  probe: handler(engineCommands.probe, (engine, { address, job }) => {
    return engine.probes.run(addressOf(address), engine.registry, job ?? null);
  }),
  sweep: handler(engineCommands.sweep, (engine, { targets, job }) => {
    const addresses = targets.flatMap(targetsOf);
    return { total: engine.probes.sweep(addresses, engine.registry, job) };
  }),
  sweepNews: handler(engineCommands.sweepNews, ({ probes }, { job }) => probes.news(job)),
  cancelProbe: handler(engineCommands.cancelProbe, ({ probes }, { job }) => {
    probes.cancel(job);
    return {};
  }),
  ...viewHandlers,
  ...markHandlers,
  ...ruleHandlers,
  updatesSeen: handler(engineCommands.updatesSeen, (_engine, { count }, window) => {
    window.seen(count);
    return {};
  }),
  tlsDetails: handler(engineCommands.tlsDetails, (engine, { socket }) =>
    engine.registry.get(socket).tlsDetails(),
  ),
  startTls: handler(engineCommands.startTls, (engine, { socket, options }) => {
    engine.registry.get(socket).startTls(options);
    return {};
  }),
  network: handler(engineCommands.network, (engine, { watch }, window) => {
    if (watch !== undefined) engine.registry.watchNetwork(window, watch);
    return { interfaces: readInterfaces() };
  }),
  route: handler(engineCommands.route, (_engine, { host }) => route(host)),
  peerNames: handler(engineCommands.peerNames, (_engine, { address }) => peerNames(address)),
  neighbours: handler(engineCommands.neighbours, () => neighbours()),
  portOwner: handler(engineCommands.portOwner, (_engine, { protocol, port }) =>
    portOwner(protocol, port),
  ),
  joinGroup: handler(engineCommands.joinGroup, (engine, { socket, ...group }) => {
    engine.registry.get(socket).joinGroup(group);
    return {};
  }),
  leaveGroup: handler(engineCommands.leaveGroup, (engine, { socket, ...group }) => {
    engine.registry.get(socket).leaveGroup(group);
    return {};
  }),
  pauseReading: handler(engineCommands.pauseReading, (engine, { socket, paused }) => {
    engine.registry.get(socket).pauseReading(paused);
    return {};
  }),
  connectNow: handler(engineCommands.connectNow, (engine, { socket }) => {
    engine.registry.get(socket).connectNow();
    return {};
  }),
  setAccepting: handler(engineCommands.setAccepting, (engine, { socket, accepting }) => {
    engine.registry.get(socket).setAccepting(accepting);
    return {};
  }),
  setLimits: handler(engineCommands.setLimits, (engine, { socket, ...limits }) => {
    engine.registry.get(socket).setLimits(limits);
    return {};
  }),
  socketOptions: handler(engineCommands.socketOptions, (engine, { socket }) => ({
    options: engine.registry.get(socket).socketOptions(),
  })),
  setOption: handler(engineCommands.setOption, (engine, { socket, option, value }) => {
    engine.registry.get(socket).setOption(option, value);
    return {};
  }),
  calls: handler(engineCommands.calls, (engine, { socket }) => engine.registry.get(socket).calls()),
  setBehaviour: handler(engineCommands.setBehaviour, (engine, { socket, behaviour, ...more }) => {
    const asked = behaviour && { name: behaviour, ...more };
    engine.registry.get(socket).setBehaviour(asked);
    return {};
  }),
  exportProgress: handler(engineCommands.exportProgress, ({ exports }, { job }) => ({
    progress: exports.progress(job),
  })),
  cancelExport: handler(engineCommands.cancelExport, ({ exports }, { job }) => {
    exports.cancel(job);
    return {};
  }),
  fileSendProgress: handler(engineCommands.fileSendProgress, ({ fileSends }, { socket }) =>
    fileSends.progress(socket),
  ),
  fileSends: handler(engineCommands.fileSends, ({ fileSends: { sockets } }) => ({ sockets })),
  cancelFileSend: handler(engineCommands.cancelFileSend, ({ fileSends }, { socket }) => {
    fileSends.cancel(socket);
    return {};
  }),
  interfaces: handler(engineCommands.interfaces, () => ({ interfaces: interfaces() })),
  captures: handler(engineCommands.captures, (engine) => engine.captures.list()),
  openCapture: handler(engineCommands.openCapture, (engine, { name }) => ({
    socket: engine.openCapture([engine.captures.pathOf(name)]),
  })),
  openWhole: handler(engineCommands.openWhole, (engine, { socket }) => ({
    socket: engine.openWhole(socket),
  })),
  recoverCapture: handler(engineCommands.recoverCapture, (engine, { name }) =>
    engine.captures.recover(name),
  ),
  deleteCapture: handler(engineCommands.deleteCapture, (engine, { name }) => {
    engine.captures.delete(name);
    return {};
  }),
  keepCapture: handler(engineCommands.keepCapture, (engine, { name, kept }) => {
    engine.captures.keep(name, kept);
    return {};
  }),
} satisfies Record<EngineCommandName, Handler>;

/** The handlers of what only the owner of the engine may ask. */
export const hostHandlers = {
  configure: handler(hostCommands.configure, (engine, { wireshark, split, ...store }) => {
    if (split !== undefined) engine.captures.usualSplit = splitPlan(split);
    if (wireshark !== undefined) engine.wireshark.choose(wireshark);
    engine.captures.configure(store.captureFolder, store.captureLimitBytes);
    return {};
  }),
  secrets: handler(hostCommands.secrets, ({ registry }, { values }) => {
    registry.storedSecrets.clear();
    for (const [name, value] of Object.entries(values)) registry.storedSecrets.set(name, value);
    return {};
  }),
  makeCertificates: handler(hostCommands.makeCertificates, async (_engine, request) => {
    // Its libraries take a while to load, and are needed by few.
    const { makeCertificates } = await import('./certificates/make-certificates');
    return { files: await makeCertificates(request) };
  }),
  openCaptureFile: handler(hostCommands.openCaptureFile, (engine, { paths }) => ({
    socket: engine.openCapture(paths),
  })),
  saveCapture: handler(hostCommands.saveCapture, async (engine, { socket, path }) => {
    await saveCapture(sessionOf(engine, socket).session, path);
    return {};
  }),
  exportRows: handler(hostCommands.exportRows, async (engine, { job, ...asked }) => {
    const { root, session } = sessionOf(engine, asked.socket);
    const { shape = null, rows = null, format, path } = asked;
    if (shape) understand(shape);
    const decoder = await decoderOf(asked);
    const socket = asked.socket === root ? null : asked.socket;
    const matches = matchesOf(engine, session, shape);
    const options = { socket, shape, rows, format, decoder, path, ...matches, overwrite: true };
    return engine.exports.run(job, session, options);
  }),
  sendFile: handler(hostCommands.sendFile, (engine, request) =>
    engine.fileSends.run(engine.registry, request),
  ),
  capturePath: handler(hostCommands.capturePath, (engine, { socket }) => {
    const { session } = sessionOf(engine, socket);
    session.flush();
    return { path: session.path };
  }),
  shutdown: handler(hostCommands.shutdown, async (engine) => {
    await engine.close();
    return {};
  }),
} satisfies Record<HostCommandName, Handler>;

/** That of an export; null: none. */
async function decoderOf({
  decoder,
  definitions = [],
}: Pick<ExportRequest, 'decoder' | 'definitions'>): Promise<Decoder | null> {
  if (decoder === undefined) return null;
  const found = (await Decoders.of(definitions)).find(decoder);
  if (!('problem' in found)) return found;
  const refused = refusal('decoder-unusable', { why: found.problem });
  throw new CommandError('ERR_NOT_POSSIBLE', refused);
}

/** What can be bound to: the addresses of what is up. */
function interfaces(): InterfaceAddress[] {
  return ownAddresses(readInterfaces()).map(({ interface: name, address, family, scope }) => ({
    name,
    address,
    family,
    internal: scope === 'host',
  }));
}
