import { readFile, rename } from 'node:fs/promises';
import { settings, type Settings, type SettingsChange } from '../src-shared/contract/settings';
import { fileStamp, writeFileAtomically } from './atomic-file';
import { causeOf, CommandError, messageOf, systemCode } from './command-error';

/** A change by the window, or of a path by a dialog of main. */
type Change = Omit<SettingsChange, 'wiresharkPath'> & {
  wiresharkPath?: string | null | undefined;
};

/** Settings in one JSON file. Keys this version does not know are kept as they are. */
export class SettingsStore {
  readonly #path: string;
  readonly #listeners = new Set<(current: Settings) => void>();
  #current: Settings;
  #unknown: Record<string, unknown>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, raw: Record<string, unknown>) {
    this.#path = path;
    this.#current = settings.parse(raw);
    this.#unknown = Object.fromEntries(
      Object.entries(raw).filter(([key]) => !Object.hasOwn(settings.shape, key)),
    );
  }

  /** Always gives settings: a value that does not fit is the default, a damaged file is set aside. */
  static async open(path: string): Promise<SettingsStore> {
    try {
      const raw: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (isRecord(raw)) return new SettingsStore(path, raw);
      throw new SyntaxError('not an object');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') await setAside(path, error);
      return new SettingsStore(path, {});
    }
  }

  get current(): Settings {
    return this.#current;
  }

  /**
   * Holds at once, then writes. Rejects with a CommandError when it cannot be written: then it
   * holds until the app ends.
   */
  async change(change: Change): Promise<Settings> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    this.#current = settings.parse({ ...this.#current, ...Object.fromEntries(given) });
    for (const listener of this.#listeners) listener(this.#current);
    // One after the other, each with what holds by then.
    this.#writing = this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    );
    try {
      await this.#writing;
    } catch (error) {
      // The words are not read before the first frame for what hardly ever happens.
      const { refusal } = await import('../src-shared/refusal/refusal');
      throw new CommandError(
        systemCode(error) ?? 'not-saved',
        refusal('settings-unsaved', causeOf(error)),
        { cause: error },
      );
    }
    return this.#current;
  }

  /** Returns what ends the subscription. */
  onChange(listener: (current: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #write(): Promise<void> {
    const text = JSON.stringify({ ...this.#current, ...this.#unknown }, null, 2);
    await writeFileAtomically(this.#path, `${text}\n`);
  }
}

async function setAside(path: string, cause: unknown): Promise<void> {
  const aside = `${path}.corrupt-${fileStamp(Date.now())}`;
  console.error(`[settings] damaged, set aside as ${aside}: ${messageOf(cause)}`);
  // Where that fails (a folder that cannot be written) nothing will be overwritten either.
  await rename(path, aside).catch((error: unknown) => console.error(messageOf(error)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
