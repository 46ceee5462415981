import { dialog, type BrowserWindow } from 'electron';
import type { FilePurpose } from '../src-shared/contract/main';
import type { Texts } from './texts';

const CERTIFICATES = ['pem', 'crt', 'cer', 'cert'];
const EXTENSIONS: Readonly<Partial<Record<FilePurpose, readonly string[]>>> = {
  ca: CERTIFICATES,
  crl: ['pem', 'crl'],
  cert: CERTIFICATES,
  key: ['pem', 'key'],
  pfx: ['pfx', 'p12'],
};

/** Asks for the file an option of an address names. Null: cancelled. */
export async function chooseFile(
  window: BrowserWindow,
  texts: Texts,
  purpose: FilePurpose,
): Promise<string | null> {
  const title = titleOf(texts, purpose);
  // These files need not be there yet: they are made when the socket opens.
  if (purpose === 'key-log' || purpose === 'unix-listen') {
    const { canceled, filePath } = await dialog.showSaveDialog(window, { title });
    return canceled || filePath === '' ? null : filePath;
  }
  const extensions = EXTENSIONS[purpose];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title,
    properties: ['openFile'],
    ...(extensions === undefined
      ? {}
      : {
          filters: [
            { name: title, extensions: [...extensions] },
            { name: texts.allFiles, extensions: ['*'] },
          ],
        }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for the file that is to be sent. Null: cancelled. */
export async function pickFileToSend(window: BrowserWindow, texts: Texts): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: texts.sendFile,
    properties: ['openFile'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

function titleOf(texts: Texts, purpose: FilePurpose): string {
  switch (purpose) {
    case 'ca':
      return texts.chooseCa;
    case 'crl':
      return texts.chooseCrl;
    case 'cert':
      return texts.chooseCertificate;
    case 'key':
      return texts.chooseKey;
    case 'pfx':
      return texts.choosePfx;
    case 'key-log':
      return texts.chooseKeyLog;
    case 'unix':
    case 'unix-listen':
      return texts.chooseSocket;
    default:
      return purpose satisfies never;
  }
}
