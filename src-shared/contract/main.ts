import { z } from 'zod';
import { appInfo } from './app-info';
import { certificateFiles, certificateRequest } from './certificate';
import { definitionCommands, fileProblem } from './definition-commands';
import { exportRequest, exportResult } from './export';
import { fileSendRequest, fileSendResult } from './file-send';
import { profile } from './profile';
import { reason } from './reason';
import { secretList, secretName, secretValue } from './secret';
import { settings, settingsChange } from './settings';
import { socketId } from './socket';

const nothing = z.object({});

/** A profile file that could not be read as it is. */
/** `reasons`: the sentences of the message, one by one. */
const profileProblem = fileProblem.extend({ reasons: z.array(reason).optional() });
export type ProfileProblem = z.infer<typeof profileProblem>;

const profileList = z.object({ profiles: z.array(profile), problems: z.array(profileProblem) });

/** What a file is chosen for: the option of an address that will name it, or a local socket. */
const filePurpose = z.enum(['ca', 'crl', 'cert', 'key', 'pfx', 'key-log', 'unix', 'unix-listen']);
export type FilePurpose = z.infer<typeof filePurpose>;

/** Commands to the main process: windows, dialogs, files the user names, profiles, settings. */
export const mainCommands = {
  appInfo: { params: nothing, result: appInfo },
  /** Asks for a port to the engine; it comes as a window message (see `bridge.ts`). */
  connectEngine: { params: nothing, result: nothing },
  getSettings: { params: nothing, result: settings },
  /** Only the keys given change. Answers with all. */
  changeSettings: { params: settingsChange, result: settings },
  /** Asks for the Wireshark program. Answers with all settings, unchanged when cancelled. */
  chooseWireshark: { params: nothing, result: settings },
  /** Asks for a file, in main's dialog. `path` null: cancelled. */
  chooseFile: {
    params: z.object({ purpose: filePurpose }),
    result: z.object({ path: z.string().nullable() }),
  },
  /** Asks for a file that payloads may hold from now on, until Wirebench ends. `path` null: cancelled. */
  choosePayloadFile: { params: nothing, result: z.object({ path: z.string().nullable() }) },
  /**
   * What a file holds that was chosen for payloads. Rejected with `ERR_NOT_CHOSEN` for any other, with
   * `EFBIG` for one that is too long, and with the code of the system when it cannot be read.
   */
  payloadFile: {
    params: z.object({ path: z.string().min(1).max(4096) }),
    result: z.object({ bytes: z.instanceof(Uint8Array) }),
  },
  /** Secrets by name: a value goes in and never comes out. */
  secretNames: { params: nothing, result: secretList },
  /** Keeps a value under a name, instead of the one before. Answers with what there is now. */
  setSecret: {
    params: z.object({ name: secretName, value: secretValue }),
    result: secretList,
  },
  deleteSecret: { params: z.object({ name: secretName }), result: secretList },
  /**
   * Asks for a folder and makes test certificates in it. `folder` null: cancelled. Rejected with
   * `EEXIST` when a file is there already and `overwrite` is off: then nothing was written.
   */
  makeCertificates: {
    params: certificateRequest,
    result: z.object({ folder: z.string().nullable(), files: z.array(certificateFiles) }),
  },
  ...definitionCommands,
  profiles: { params: nothing, result: profileList },
  /** Makes or replaces the profile with that id. */
  saveProfile: { params: z.object({ profile }), result: nothing },
  deleteProfile: { params: z.object({ id: profile.shape.id }), result: nothing },
  /** Asks for files or a folder. Ids that exist already get new ones; nothing is opened. */
  importProfiles: {
    params: nothing,
    result: z.object({
      imported: z.array(profile),
      problems: z.array(profileProblem.omit({ movedTo: true })),
    }),
  },
  /** Asks for a folder and writes one file a profile, in folders. `saved` null: cancelled. */
  exportProfiles: {
    params: z.object({ ids: z.array(profile.shape.id).min(1) }),
    result: z.object({ saved: z.string().nullable(), count: z.int() }),
  },
  /** Asks for a capture file and opens it. `socket` null: cancelled. */
  openCaptureFile: { params: nothing, result: z.object({ socket: socketId.nullable() }) },
  /** Asks where to and copies the capture of a root socket there. `path` null: cancelled. */
  saveCapture: {
    params: z.object({ socket: socketId }),
    result: z.object({ path: z.string().nullable() }),
  },
  /** Asks where to and writes rows there; answers when all is done. `path` null: no file was made. */
  exportRows: {
    params: exportRequest,
    result: exportResult.extend({ path: z.string().nullable() }),
  },
  /** Asks for a file and sends it; answers when that has ended. `sent` null: nothing was chosen. */
  sendFile: {
    params: fileSendRequest,
    result: z.object({ sent: fileSendResult.nullable() }),
  },
  /** Shows the file of an export in its folder. */
  showExported: { params: exportRequest.pick({ job: true }), result: nothing },
  openInWireshark: { params: z.object({ socket: socketId }), result: nothing },
  showCaptureFolder: { params: nothing, result: nothing },
} as const;

export type MainCommands = typeof mainCommands;
export type MainCommandName = keyof MainCommands;
export type MainParams<Name extends MainCommandName> = z.input<MainCommands[Name]['params']>;
export type MainResult<Name extends MainCommandName> = z.infer<MainCommands[Name]['result']>;

/** Main → window. */
export const mainEvent = z.discriminatedUnion('type', [
  /** The engine died. `restarted`: a new one runs; ask for a port again. Sockets are gone. */
  z.object({ type: z.literal('engine-exited'), code: z.int().nullable(), restarted: z.boolean() }),
  z.object({ type: z.literal('settings'), settings }),
  /** A menu item was chosen: the id of a command of the window's registry. */
  z.object({ type: z.literal('menu'), command: z.string().max(64) }),
  /** Opened by the system, another start or a file that was dropped: to be shown. */
  z.object({ type: z.literal('opened'), socket: socketId }),
  /** The system switched between light and dark, or its language preference is known. */
  z.object({ type: z.literal('dark'), dark: z.boolean() }),
]);
export type MainEvent = z.infer<typeof mainEvent>;
