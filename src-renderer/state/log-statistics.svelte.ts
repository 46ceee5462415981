import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { PairingRule, Statistics } from '../../src-shared/contract/statistics';
import { USUAL_ANSWER_TIMEOUT_MS } from '../../src-shared/contract/statistics-words';
import type { SavedPairing } from '../../src-shared/contract/profile';
import { filtersIn, readPairing, savePairing } from '../../src-shared/statistics/pairing-rule';
import type { Problem } from '../../src-shared/refusal/refusal';
import { ENGINE_LOST, toProblem } from './command-error';
import type { Commands } from './engine-client';
import { dependsOnMarks } from './log-shape.svelte';
import { SilenceAlarm } from './silence-alarm.svelte';

type News = NonNullable<EngineUpdate['views'][number]['statistics']>;
/** How far the engine is with adding up. */
type CountProgress = Pick<News, 'scannedRows' | 'problem' | 'done'>;

/** The log whose messages are added up. */
interface CountedLog {
  readonly id: string;
}

/** What the messages of one log come to, as long as somebody looks. */
export class LogStatistics {
  /** Null until the first came; of the shape before, until those of the new one come. */
  figures = $state.raw<Statistics | null>(null);
  progress = $state.raw<CountProgress | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Which answer belongs to which request; null: none are looked for. */
  pairing = $state.raw<PairingRule | null>(null);
  timeoutMs = $state.raw(USUAL_ANSWER_TIMEOUT_MS);
  /** A saved rule that this version cannot read; null: none. */
  unread = $state.raw<string | null>(null);
  /** Hears of the rule that was put in force, as it is saved. */
  used: (pairing: SavedPairing | undefined) => void = () => undefined;
  /** Its socket tells when nothing passes for a while. */
  readonly silence: SilenceAlarm;
  readonly #log: CountedLog;
  readonly #engine: () => Commands;
  /** Ends hearing of news; null: nobody looks. */
  #stop: (() => void) | null = null;
  /** Counts what was asked to be added up: answers about another one are of no use. */
  #asking = 0;
  /** The news told last, and those whose figures are here. */
  #told = 0;
  #taken = 0;
  #pulling = false;

  constructor(log: CountedLog, engine: () => Commands) {
    this.#log = log;
    this.#engine = engine;
    this.silence = new SilenceAlarm(engine);
  }

  /** Somebody looks from now on; the engine begins to add up. Returns what ends it. */
  show(): () => void {
    this.#stop ??= this.#engine().onUpdate((update) => {
      for (const { view, statistics } of update.views)
        if (view === this.#log.id && statistics !== undefined) this.#news(statistics);
    });
    void this.restart();
    return () => {
      this.#stop?.();
      this.#stop = null;
      this.#asking++;
      void this.#close();
    };
  }

  /** By the rule that was saved, before anybody looks. */
  begin(saved: SavedPairing): void {
    const read = readPairing(saved);
    if (!read.ok) {
      this.unread = saved.rule;
      return;
    }
    this.pairing = read.rule;
    this.timeoutMs = read.timeoutMs;
  }

  /** Looks for answers by another rule. */
  pair(rule: PairingRule | null, timeoutMs: number): void {
    this.pairing = rule;
    this.timeoutMs = timeoutMs;
    this.unread = null;
    this.used(rule === null ? undefined : savePairing(rule, timeoutMs));
    void this.restart();
  }

  /** What is a request or an answer may be told by marks. */
  marksChanged(): void {
    if (filtersIn(this.pairing).some(dependsOnMarks)) void this.restart();
  }

  /** Adds up anew, when somebody looks: by another rule, or the log shows other rows. */
  async restart(): Promise<void> {
    if (this.#stop === null) return;
    const asking = ++this.#asking;
    this.progress = null;
    this.problem = null;
    this.#told = 0;
    this.#taken = 0;
    try {
      const { pairing, timeoutMs } = this;
      const options = { pairing, timeoutMs, bucketMs: null };
      await this.#engine().command('openStatistics', { view: this.#log.id, options });
    } catch (thrown) {
      if (asking === this.#asking) this.problem = toProblem(thrown);
    }
  }

  #news({ version, scannedRows, problem, done }: News): void {
    // Of what was added up before, when it was told while the new was on its way: it is asked for once more.
    this.progress = { scannedRows, problem, done };
    this.#told = version;
    void this.#pull();
  }

  /** One question at a time: what came meanwhile is asked for after it. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (this.#stop !== null && this.#taken < this.#told) {
        const asking = this.#asking;
        const wanted = this.#told;
        const answer = await this.#engine().command('statistics', { view: this.#log.id });
        if (asking !== this.#asking) continue;
        this.#taken = wanted;
        this.figures = answer.statistics;
        this.problem = null;
      }
    } catch (thrown) {
      this.#taken = this.#told;
      const problem = toProblem(thrown);
      if (problem.code !== 'ERR_NOT_POSSIBLE') this.problem = problem;
    } finally {
      this.#pulling = false;
    }
  }

  async #close(): Promise<void> {
    try {
      await this.#engine().command('closeStatistics', { view: this.#log.id });
    } catch (thrown) {
      // A view or an engine that is gone adds nothing up any more.
      const { code, message } = toProblem(thrown);
      if (code !== ENGINE_LOST && code !== 'ERR_NO_SUCH_VIEW') this.problem = { code, message };
    }
  }
}
