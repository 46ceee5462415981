import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { dialog, shell, type BrowserWindow, type FileFilter } from 'electron';
import type { SocketId } from '../src-shared/contract/socket';
import { refusal } from '../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import type { EngineHost } from './engine-host';
import { CAPTURE_EXTENSIONS, inNumberOrder } from './opened-files';
import type { Texts } from './texts';

/** Opens the capture the user picks, several files as one; null when cancelled. */
export async function pickCapture(
  window: BrowserWindow,
  texts: Texts,
  engine: EngineHost,
): Promise<SocketId | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile', 'multiSelections'],
    filters: captureFilters(texts, CAPTURE_EXTENSIONS),
  });
  if (canceled || filePaths.length === 0) return null;
  const paths = inNumberOrder(filePaths);
  return (await engine.request('openCaptureFile', { paths })).socket;
}

/** Copies what is recorded so far to where the user says; null when cancelled. */
export async function saveCaptureAs(
  window: BrowserWindow,
  texts: Texts,
  engine: EngineHost,
  socket: SocketId,
  documents: string,
): Promise<string | null> {
  const source = (await engine.request('capturePath', { socket })).path;
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(documents, basename(source)),
    filters: captureFilters(texts, ['pcapng']),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return null;
  if (resolve(filePath) === resolve(source))
    throw new CommandError('same-file', refusal('save-same'));
  await engine.request('saveCapture', { socket, path: filePath });
  return filePath;
}

export async function showCaptureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const error = await shell.openPath(folder);
  if (error !== '')
    throw new CommandError('not-shown', refusal('folder-not-shown', { folder, why: error }));
}

function captureFilters(texts: Texts, extensions: string[]): FileFilter[] {
  return [
    { name: texts.captureFiles, extensions },
    { name: texts.allFiles, extensions: ['*'] },
  ];
}
