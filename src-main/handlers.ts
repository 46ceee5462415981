import { app, dialog, MessageChannelMain, type BrowserWindow } from 'electron';
import type { Settings } from '../src-shared/contract/settings';
import { pickCapture, saveCaptureAs, showCaptureFolder } from './captures';
import type { Handlers } from './commands';
import type { EngineHost } from './engine-host';
import { RowExports } from './export-rows';
import { definitionHandlers } from './definition-handlers';
import type { DefinitionStore } from './definitions';
import { chooseFile, pickFileToSend } from './file-dialogs';
import { appInfo, wireshark, type Running } from './first-answers';
import { PayloadFiles } from './payload-files';
import { exportProfiles, importProfiles } from './profile-exchange';
import { pickCertificateFolder, pickExportFolder, pickProfiles } from './profile-dialogs';
import type { ProfileStore } from './profiles';
import type { SecretStore } from './secrets';
import type { SettingsStore } from './settings';
import type { Texts } from './texts';
import { openInWireshark, programOf } from './wireshark';

export interface Parts {
  readonly window: BrowserWindow;
  readonly engine: EngineHost;
  readonly settings: SettingsStore;
  readonly profiles: ProfileStore;
  readonly definitions: DefinitionStore;
  readonly secrets: SecretStore;
  readonly running: Running;
  readonly texts: () => Texts;
  /** The page asked for the engine, which runs by now. */
  readonly onConnected: () => void;
}

/** What main does for each command of the window. */
export function commandHandlers(parts: Parts): Handlers {
  const { engine, settings, profiles } = parts;
  const payloadFiles = new PayloadFiles();
  return {
    appInfo: () => appInfo(parts.running, settings.current.wiresharkPath),
    connectEngine: (_params, caller) => {
      const { port1, port2 } = new MessageChannelMain();
      engine.attach(port1);
      caller.sendPort(port2);
      parts.onConnected();
      return {};
    },
    getSettings: () => settings.current,
    changeSettings: (change) => settings.change(change),
    chooseWireshark: () => chooseWireshark(parts),
    chooseFile: async ({ purpose }) => ({
      path: await chooseFile(parts.window, parts.texts(), purpose),
    }),
    choosePayloadFile: async () => {
      const path = await pickFileToSend(parts.window, parts.texts());
      if (path !== null) payloadFiles.add(path);
      return { path };
    },
    payloadFile: async ({ path }) => ({ bytes: await payloadFiles.read(path) }),
    sendFile: async (request) => {
      const path = await pickFileToSend(parts.window, parts.texts());
      return {
        sent: path === null ? null : await engine.request('sendFile', { ...request, path }),
      };
    },
    showCaptureFolder: async () => {
      await showCaptureFolder(parts.running.captureFolder);
      return {};
    },
    ...captureHandlers(parts),
    ...profileHandlers(parts),
    ...secretHandlers(parts),
    ...definitionHandlers(parts),
    profiles: () => profiles.list(),
  };
}

type CaptureCommand =
  'openCaptureFile' | 'saveCapture' | 'exportRows' | 'showExported' | 'openInWireshark';

function captureHandlers(parts: Parts): Pick<Handlers, CaptureCommand> {
  const { engine, settings } = parts;
  const exported = new RowExports(parts);
  return {
    openCaptureFile: async () => ({
      socket: await pickCapture(parts.window, parts.texts(), engine),
    }),
    saveCapture: async ({ socket }) => {
      const documents = app.getPath('documents');
      const path = await saveCaptureAs(parts.window, parts.texts(), engine, socket, documents);
      return { path };
    },
    exportRows: (request) => exported.run(request, app.getPath('documents')),
    showExported: ({ job }) => {
      exported.show(job);
      return {};
    },
    openInWireshark: async ({ socket }) => {
      const { path } = await engine.request('capturePath', { socket });
      await openInWireshark(wireshark(settings.current.wiresharkPath), path);
      return {};
    },
  };
}

type SecretCommand = 'secretNames' | 'setSecret' | 'deleteSecret' | 'makeCertificates';

/** What TLS needs beside an address. */
function secretHandlers({ secrets, engine, ...asked }: Parts): Pick<Handlers, SecretCommand> {
  return {
    secretNames: () => secrets.list(),
    setSecret: ({ name, value }) => secrets.set(name, value),
    deleteSecret: ({ name }) => secrets.delete(name),
    makeCertificates: async (request) => {
      const folder = await pickCertificateFolder(asked.window, asked.texts());
      if (folder === null) return { folder, files: [] };
      const { files } = await engine.request('makeCertificates', { ...request, folder });
      return { folder, files };
    },
  };
}

type ProfileCommand = 'saveProfile' | 'deleteProfile' | 'importProfiles' | 'exportProfiles';

function profileHandlers({ profiles, window, texts }: Parts): Pick<Handlers, ProfileCommand> {
  return {
    saveProfile: async ({ profile }) => {
      await profiles.save(profile);
      return {};
    },
    deleteProfile: async ({ id }) => {
      await profiles.remove(id);
      return {};
    },
    importProfiles: async () => importProfiles(profiles, await pickProfiles(window, texts())),
    exportProfiles: async ({ ids }) => {
      const folder = await pickExportFolder(window, texts());
      if (folder === null) return { saved: null, count: 0 };
      const all = (await profiles.list()).profiles;
      const wanted = all.filter(({ id }) => ids.includes(id));
      return { saved: folder, count: await exportProfiles(wanted, folder) };
    },
  };
}

async function chooseWireshark({ window, texts, settings }: Parts): Promise<Settings> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: texts().wiresharkTitle,
    properties: ['openFile'],
  });
  const [picked] = filePaths;
  if (canceled || picked === undefined) return settings.current;
  return settings.change({ wiresharkPath: programOf(picked) });
}
