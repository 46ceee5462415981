import { z } from 'zod';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { parseFilter } from '../../src-shared/filter/parse';
import { parseFraming } from '../../src-shared/framing/framing';
import { parseAddress } from '../../src-shared/address/address';
import { engineCommands, hostCommands } from '../../src-shared/contract/engine';
import type {
  EngineCommandName,
  HostCommandName,
  InterfaceAddress,
} from '../../src-shared/contract/engine';
import type { SocketId } from '../../src-shared/contract/socket';
import type { CommandingWindow } from './attachment';
import type { Captures } from './captures';
import { CommandError } from './command-error';
import type { Registry } from './registry';
import { ownAddresses, readInterfaces } from './network/interfaces';
import { portOwner } from './network/port-owner';
import { route } from './network/route';
import type { Exports } from './export/exports';
import { saveCapture } from './save-capture';
import { probe } from './sockets/probe';
import type { Session } from './types';

/** What the commands work on: the engine. */
interface Commanded {
  readonly registry: Registry;
  readonly captures: Captures;
  readonly exports: Exports;
  open(address: string, how: { record: 'store' }): SocketId;
  openCapture(path: string, name?: string): SocketId;
  remove(socket: SocketId): void;
  close(): Promise<void>;
}

/** One command: checks its parameters, then does it. */
export type Handler = (
  engine: Commanded,
  params: unknown,
  window: CommandingWindow,
) => Promise<unknown>;

interface Spec<Params extends z.ZodType, Result extends z.ZodType> {
  params: Params;
  result: Result;
}

function handler<Params extends z.ZodType, Result extends z.ZodType>(
  spec: Spec<Params, Result>,
  run: (
    engine: Commanded,
    params: z.infer<Params>,
    window: CommandingWindow,
  ) => z.infer<Result> | Promise<z.infer<Result>>,
): Handler {
  return async (engine, params, window) => {
    const checked = spec.params.safeParse(params);
    if (checked.success) return await run(engine, checked.data, window);
    throw new CommandError('ERR_BAD_COMMAND', z.prettifyError(checked.error));
  };
}

/** The handlers of what a window may ask. */
export const engineHandlers = {
  open: handler(engineCommands.open, (engine, { address }) => ({
    socket: engine.open(address, { record: 'store' }),
  })),
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
    targets: await engine.registry.get(socket).send(target, bytes),
  })),
  probe: handler(engineCommands.probe, (engine, { address }) => {
    const parsed = parseAddress(address);
    if (!parsed.ok) throw new CommandError('ERR_BAD_ADDRESS', parsed.error.message);
    return probe(parsed.address, engine.registry.descriptors);
  }),
  openView: handler(engineCommands.openView, (engine, { view, socket, shape }, { views }) => {
    const { root, session } = sessionOf(engine, socket);
    const only = socket === root ? null : socket;
    if (shape?.filter === undefined && shape?.framing === undefined)
      return { length: views.open(view, root, session.view(only)) };
    understand(shape);
    views.mayScan(view);
    const onChange = () => {
      engine.registry.updates.resume();
    };
    return { length: views.open(view, root, session.view(only, { shape, onChange })) };
  }),
  search: handler(engineCommands.search, (engine, { view, search }, { views }) => {
    if (search !== null) understand({ filter: search });
    views.search(view, search, () => {
      engine.registry.updates.resume();
    });
    return {};
  }),
  findHit: handler(engineCommands.findHit, (_engine, { view, from, backwards }, { views }) =>
    views.findHit(view, from, backwards),
  ),
  hits: handler(engineCommands.hits, (_engine, { view, from, end }, { views }) =>
    views.hits(view, from, end),
  ),
  closeView: handler(engineCommands.closeView, (_engine, { view }, { views }) => {
    views.close(view);
    return {};
  }),
  rows: handler(engineCommands.rows, (_engine, { view, from, count }, { views }) =>
    views.rows(view, from, count),
  ),
  rowBytes: handler(engineCommands.rowBytes, (_engine, { view, indexes }, { views }) =>
    views.rowBytes(view, indexes),
  ),
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
  setBehaviour: handler(engineCommands.setBehaviour, (engine, { socket, behaviour, reply }) => {
    engine.registry.get(socket).setBehaviour(behaviour, reply);
    return {};
  }),
  exportProgress: handler(engineCommands.exportProgress, ({ exports }, { job }) => ({
    progress: exports.progress(job),
  })),
  cancelExport: handler(engineCommands.cancelExport, ({ exports }, { job }) => {
    exports.cancel(job);
    return {};
  }),
  interfaces: handler(engineCommands.interfaces, () => ({ interfaces: interfaces() })),
  captures: handler(engineCommands.captures, (engine) => engine.captures.list()),
  openCapture: handler(engineCommands.openCapture, (engine, { name }) => ({
    socket: engine.openCapture(engine.captures.pathOf(name), name),
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
  configure: handler(hostCommands.configure, (engine, { captureFolder, captureLimitBytes }) => {
    engine.captures.configure(captureFolder, captureLimitBytes);
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
  openCaptureFile: handler(hostCommands.openCaptureFile, (engine, { path }) => ({
    socket: engine.openCapture(path),
  })),
  saveCapture: handler(hostCommands.saveCapture, async (engine, { socket, path }) => {
    await saveCapture(sessionOf(engine, socket).session, path);
    return {};
  }),
  exportRows: handler(hostCommands.exportRows, (engine, { job, ...asked }) => {
    const { root, session } = sessionOf(engine, asked.socket);
    const { shape = null, rows = null, decoder = null, format, path } = asked;
    if (shape) understand(shape);
    const socket = asked.socket === root ? null : asked.socket;
    const options = { socket, shape, rows, format, decoder, path, overwrite: true };
    return engine.exports.run(job, session, options);
  }),
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

function sessionOf(engine: Commanded, socket: SocketId): { root: SocketId; session: Session } {
  const found = engine.registry.get(socket);
  const { session } = found.recording;
  if (session) return { root: found.parent?.id ?? found.id, session };
  throw new CommandError('ERR_NOT_POSSIBLE', `Socket ${socket} is not recorded`);
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

/** Throws what is wrong with it, in words. */
function understand({ filter, framing }: ViewShape): void {
  const filtered = filter === undefined ? null : parseFilter(filter);
  if (filtered?.ok === false) throw new CommandError('ERR_BAD_FILTER', filtered.error.message);
  const framed = framing === undefined ? null : parseFraming(framing);
  if (framed?.ok === false) throw new CommandError('ERR_BAD_FRAMING', framed.error.message);
}
