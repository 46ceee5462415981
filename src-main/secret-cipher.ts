import { safeStorage } from 'electron';
import type { Cipher } from './secrets';

/**
 * Chromium marks what it encrypted with the password that stands in its own source (`v10` on Linux,
 * components/os_crypt): that protects from nobody. With a key of the keyring it writes another mark.
 */
const OPEN_TO_ALL = 'v10';

/** Encrypts with the key that the system keeps for this app. After the app is ready only. */
export function systemCipher(): Cipher {
  return {
    async available() {
      if (!(await isAvailable())) return false;
      if (process.platform !== 'linux') return true;
      if (safeStorage.getSelectedStorageBackend() === 'basic_text') return false;
      return (await encrypt('')).toString('latin1', 0, OPEN_TO_ALL.length) !== OPEN_TO_ALL;
    },
    encrypt,
    async decrypt(bytes) {
      if (!isAsync()) return safeStorage.decryptString(bytes);
      return (await safeStorage.decryptStringAsync(bytes)).result;
    },
  };
}

/** Runtimes before Electron 41 have the calls that block only. */
function isAsync(): boolean {
  return 'encryptStringAsync' in safeStorage;
}

async function isAvailable(): Promise<boolean> {
  return isAsync() ? safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
}

async function encrypt(text: string): Promise<Buffer> {
  return isAsync() ? safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text);
}
