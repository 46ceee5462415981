import { dialog, type BrowserWindow } from 'electron';
import type { Texts } from './texts';

type Picked = 'openFile' | 'openDirectory';

/** Asks for profile files or a folder of them. Empty: cancelled. */
export async function pickProfiles(window: BrowserWindow, texts: Texts): Promise<string[]> {
  const picked = await pickKind(window, texts);
  if (picked.length === 0) return [];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: [...picked, 'multiSelections'],
    filters: [{ name: texts.profileFiles, extensions: ['json'] }],
  });
  return canceled ? [] : filePaths;
}

/** Asks for the folder to export to; null: cancelled. */
export function pickExportFolder(window: BrowserWindow, texts: Texts): Promise<string | null> {
  return pickFolder(window, texts.exportTitle);
}

/** Asks where certificates shall go; null: cancelled. */
export function pickCertificateFolder(window: BrowserWindow, texts: Texts): Promise<string | null> {
  return pickFolder(window, texts.certificatesTitle);
}

async function pickFolder(window: BrowserWindow, title: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title,
    properties: ['openDirectory', 'createDirectory'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Only macOS has one dialog for both. */
async function pickKind(window: BrowserWindow, texts: Texts): Promise<Picked[]> {
  if (process.platform === 'darwin') return ['openFile', 'openDirectory'];
  const { response } = await dialog.showMessageBox(window, {
    message: texts.importWhat,
    detail: texts.importDetail,
    buttons: [texts.files, texts.folder, texts.cancel],
    defaultId: 0,
    cancelId: 2,
  });
  if (response === 0) return ['openFile'];
  return response === 1 ? ['openDirectory'] : [];
}
