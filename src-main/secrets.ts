import { readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { secretName, secretValue, type SecretList } from '../src-shared/contract/secret';
import { refusal } from '../src-shared/refusal/refusal';
import { fileStamp, writeFileAtomically } from './atomic-file';
import { CommandError, messageOf, systemCode } from './command-error';

/** The system's key, which never leaves it; `secret-cipher.ts` makes it of Electron's. */
export interface Cipher {
  /** False where the system keeps no key: then nothing may be written. */
  available(): Promise<boolean>;
  encrypt(text: string): Promise<Buffer>;
  /** Rejects when it is not the key that it was encrypted with. */
  decrypt(bytes: Buffer): Promise<string>;
}

const file = z.strictObject({
  version: z.literal(1),
  /** Encrypted, base64. */
  secrets: z.record(secretName, z.base64()),
});

/** What is encrypted. With its name, so that no entry of the file can pass for another. */
const sealed = z.strictObject({ name: secretName, value: secretValue });

/**
 * Passphrases and keys by name: in one file, each encrypted with the system's key, or, where the
 * system keeps none, in memory until the app ends. Values go to the engine and nowhere else.
 */
export class SecretStore {
  readonly #path: string;
  readonly #cipher: Cipher;
  readonly #listeners = new Set<() => void>();
  readonly #values = new Map<string, string>();
  /** Everything in the file, also what could not be decrypted. */
  #stored: Record<string, string> = {};
  #available: Promise<boolean> | null = null;
  #last: Promise<unknown>;

  /** Begins to read at once; all else waits for that. */
  constructor(path: string, cipher: Cipher) {
    this.#path = path;
    this.#cipher = cipher;
    this.#last = this.#read();
  }

  /** What the engine is told; empty as long as the file is being read. */
  get values(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#values);
  }

  /** The values have changed. Returns what ends the subscription. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  list(): Promise<SecretList> {
    return this.#inTurn(() => this.#list());
  }

  /**
   * Holds at once. Rejects with a CommandError when it cannot be written: then it holds until the
   * app ends.
   */
  set(name: string, value: string): Promise<SecretList> {
    return this.#inTurn(async () => {
      this.#values.set(name, value);
      this.#tell();
      if (await this.#canStore()) {
        const entry = await this.#encrypt(name, value);
        await this.#write({ ...this.#stored, [name]: entry });
      }
      return this.#list();
    });
  }

  delete(name: string): Promise<SecretList> {
    return this.#inTurn(async () => {
      if (this.#values.delete(name)) this.#tell();
      const { [name]: gone, ...others } = this.#stored;
      if (gone !== undefined) await this.#write(others);
      return this.#list();
    });
  }

  /** One after the other, whatever became of the one before. */
  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(run, run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #list(): Promise<SecretList> {
    return {
      names: [...this.#values.keys()].sort(),
      unreadable: Object.keys(this.#stored)
        .filter((name) => !this.#values.has(name))
        .sort(),
      kept: (await this.#canStore()) ? 'encrypted' : 'this-run',
    };
  }

  /** Asked for once, and not before it is needed: on macOS asking may show a dialog. */
  #canStore(): Promise<boolean> {
    this.#available ??= this.#cipher.available().catch((error: unknown) => {
      console.error(`[secrets] the system keeps no key: ${messageOf(error)}`);
      return false;
    });
    return this.#available;
  }

  async #encrypt(name: string, value: string): Promise<string> {
    try {
      const bytes = await this.#cipher.encrypt(JSON.stringify({ name, value }));
      return bytes.toString('base64');
    } catch (error) {
      throw notStored(error);
    }
  }

  async #write(secrets: Record<string, string>): Promise<void> {
    try {
      await writeFileAtomically(
        this.#path,
        `${JSON.stringify({ version: 1, secrets }, null, 2)}\n`,
      );
    } catch (error) {
      throw notStored(error);
    }
    this.#stored = secrets;
  }

  async #read(): Promise<void> {
    this.#stored = await readStored(this.#path);
    const entries = Object.entries(this.#stored);
    if (entries.length === 0 || !(await this.#canStore())) return;
    for (const [name, entry] of entries) {
      const value = await this.#decrypt(name, entry);
      if (value !== null) this.#values.set(name, value);
    }
    this.#tell();
  }

  async #decrypt(name: string, entry: string): Promise<string | null> {
    try {
      const text = await this.#cipher.decrypt(Buffer.from(entry, 'base64'));
      const found = sealed.parse(JSON.parse(text));
      if (found.name === name) return found.value;
      console.error(`[secrets] "${name}" is another one's`);
    } catch {
      // The cause may quote what it choked on, which is a secret.
      console.error(`[secrets] "${name}" cannot be decrypted`);
    }
    return null;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A damaged file is set aside: the app starts, and the secrets have to be given again. */
async function readStored(path: string): Promise<Record<string, string>> {
  try {
    return file.parse(JSON.parse(await readFile(path, 'utf8'))).secrets;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    const aside = `${path}.corrupt-${fileStamp(Date.now())}`;
    console.error(`[secrets] the file is damaged, set aside as ${aside}`);
    // Where that fails (a folder that cannot be written) nothing will be overwritten either.
    await rename(path, aside).catch((failure: unknown) => console.error(messageOf(failure)));
    return {};
  }
}

function notStored(cause: unknown): CommandError {
  return new CommandError(systemCode(cause) ?? 'not-saved', refusal('secret-unsaved'), { cause });
}
