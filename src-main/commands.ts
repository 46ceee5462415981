import type { MessagePortMain } from 'electron';
import type { z } from 'zod';
import type { CommandAnswer } from '../src-shared/contract/bridge';
import { mainCommands, type MainCommandName, type MainCommands } from '../src-shared/contract/main';
import type { Problem } from '../src-shared/refusal/refusal';
import { CommandError, messageOf, systemCode } from './command-error';

/** Who asked: the window's page. */
export interface Caller {
  /** Hands a port over to the page. */
  sendPort(port: MessagePortMain): void;
}

type Handler<Params extends z.ZodType, Result extends z.ZodType> = (
  params: z.output<Params>,
  caller: Caller,
) => z.output<Result> | Promise<z.output<Result>>;

/** What main does for each command of the contract; one that is missing does not compile. */
export type Handlers = {
  readonly [Name in MainCommandName]: Handler<
    MainCommands[Name]['params'],
    MainCommands[Name]['result']
  >;
};

type Bound = (params: unknown, caller: Caller) => Promise<unknown>;
export type Commands = Readonly<Record<MainCommandName, Bound>>;

/** Puts the contract's checks around the handlers: parameters before, results after. */
export function bindCommands(handlers: Handlers): Commands {
  return {
    appInfo: bind(mainCommands.appInfo, handlers.appInfo),
    connectEngine: bind(mainCommands.connectEngine, handlers.connectEngine),
    getSettings: bind(mainCommands.getSettings, handlers.getSettings),
    changeSettings: bind(mainCommands.changeSettings, handlers.changeSettings),
    chooseWireshark: bind(mainCommands.chooseWireshark, handlers.chooseWireshark),
    chooseFile: bind(mainCommands.chooseFile, handlers.chooseFile),
    choosePayloadFile: bind(mainCommands.choosePayloadFile, handlers.choosePayloadFile),
    payloadFile: bind(mainCommands.payloadFile, handlers.payloadFile),
    secretNames: bind(mainCommands.secretNames, handlers.secretNames),
    setSecret: bind(mainCommands.setSecret, handlers.setSecret),
    deleteSecret: bind(mainCommands.deleteSecret, handlers.deleteSecret),
    makeCertificates: bind(mainCommands.makeCertificates, handlers.makeCertificates),
    definitions: bind(mainCommands.definitions, handlers.definitions),
    saveDefinition: bind(mainCommands.saveDefinition, handlers.saveDefinition),
    deleteDefinition: bind(mainCommands.deleteDefinition, handlers.deleteDefinition),
    importDefinitions: bind(mainCommands.importDefinitions, handlers.importDefinitions),
    exportDefinition: bind(mainCommands.exportDefinition, handlers.exportDefinition),
    profiles: bind(mainCommands.profiles, handlers.profiles),
    saveProfile: bind(mainCommands.saveProfile, handlers.saveProfile),
    deleteProfile: bind(mainCommands.deleteProfile, handlers.deleteProfile),
    importProfiles: bind(mainCommands.importProfiles, handlers.importProfiles),
    exportProfiles: bind(mainCommands.exportProfiles, handlers.exportProfiles),
    openCaptureFile: bind(mainCommands.openCaptureFile, handlers.openCaptureFile),
    saveCapture: bind(mainCommands.saveCapture, handlers.saveCapture),
    exportRows: bind(mainCommands.exportRows, handlers.exportRows),
    sendFile: bind(mainCommands.sendFile, handlers.sendFile),
    showExported: bind(mainCommands.showExported, handlers.showExported),
    openInWireshark: bind(mainCommands.openInWireshark, handlers.openInWireshark),
    showCaptureFolder: bind(mainCommands.showCaptureFolder, handlers.showCaptureFolder),
  };
}

function bind<Params extends z.ZodType, Result extends z.ZodType>(
  command: { readonly params: Params; readonly result: Result },
  handler: Handler<Params, Result>,
): Bound {
  return async (raw, caller) => {
    const params = command.params.safeParse(raw);
    if (!params.success) {
      const message = 'The window asked for something that makes no sense.';
      throw new CommandError('bad-params', { message }, { cause: params.error });
    }
    return command.result.parse(await handler(params.data, caller));
  };
}

/**
 * Answers a call from the window. Never throws: an unknown name, parameters that do not fit and
 * failures all become an answer with an error; what is no user's business goes to the log.
 */
export async function answerCommand(
  commands: Commands,
  name: unknown,
  params: unknown,
  caller: Caller,
): Promise<CommandAnswer> {
  try {
    if (!isCommandName(commands, name)) {
      console.warn(`[ipc] refused a command that is not in the contract (${typeof name})`);
      const message = 'The window asked for something that does not exist.';
      return failure('unknown-command', { message });
    }
    return { ok: true, result: await commands[name](params, caller) };
  } catch (error) {
    return failureOf(String(name), error);
  }
}

function failureOf(name: string, error: unknown): CommandAnswer {
  if (error instanceof CommandError) {
    console.warn(`[ipc] ${name}: ${error.code}`, error.cause ?? '');
    return failure(error.code, error);
  }
  console.error(`[ipc] ${name}:`, error);
  const code = systemCode(error);
  if (code !== null) return failure(code, { message: messageOf(error) });
  const message = 'Wirebench made a mistake; its output has the details.';
  return failure('internal', { message });
}

function failure(code: string, { message, reason }: Omit<Problem, 'code'>): CommandAnswer {
  const told = reason === undefined ? { message } : { message, reason };
  return { ok: false, error: { code, ...told } };
}

function isCommandName(commands: Commands, name: unknown): name is MainCommandName {
  return typeof name === 'string' && Object.hasOwn(commands, name);
}
