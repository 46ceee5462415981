import type { ProfileProblem } from '../../src-shared/contract/main';
import type { Idle } from '../../src-shared/contract/socket';
import type { Problem } from '../../src-shared/refusal/refusal';
import { PAGE_INCOMPLETE } from './command-error';

/** What a toast tells; the ui makes the sentence. `undo` takes back what was done. */
export type ToastContent =
  | { kind: 'tab-closed'; name: string; running: boolean; undo: () => void; stop: () => void }
  | { kind: 'log-cleared'; rows: number; undo: () => void }
  | { kind: 'marked'; rows: number; marked: boolean; undo: () => void }
  | { kind: 'no-marks' }
  | { kind: 'compare-with'; number: number }
  | { kind: 'profile-saved'; name: string }
  | { kind: 'profile-deleted'; name: string; undo: () => void }
  | {
      kind: 'profiles-imported';
      count: number;
      problems: readonly Omit<ProfileProblem, 'movedTo'>[];
    }
  | { kind: 'profiles-exported'; count: number; folder: string }
  | { kind: 'copied'; rows: number; bytes: number; truncated: boolean }
  | { kind: 'capture-saved'; path: string }
  /** `part`: from 0 to 1. */
  | { kind: 'exporting'; part: number; rows: number; cancel: () => void }
  | { kind: 'rows-exported'; path: string; rows: number; bytes: number; show: () => void }
  | { kind: 'export-cancelled' }
  | { kind: 'capture-recovered'; name: string; cutBytes: number }
  /** The window was loaded again while sockets were open. */
  | { kind: 'view-restored' }
  /** `path`: of a local socket. */
  | {
      kind: 'fault';
      name: string;
      path: string | null;
      problem: Problem;
      times: number;
    }
  /** Nothing passed for so long; `more`: other sockets that are silent as well. */
  | { kind: 'silent'; name: string; afterMs: number; direction: Idle['direction']; more: number }
  | { kind: 'failed'; problem: Problem };

export type Toast = ToastContent & { readonly id: number };

/** Kept as data, oldest first; the ui shows them and dismisses them when their time is over. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #nextId = 1;

  show(content: ToastContent): number {
    const id = this.#nextId++;
    this.list = [...this.list, { ...content, id }];
    return id;
  }

  /** Shows what was thrown, as it is; what is there already is not said twice. */
  failed(problem: Problem): void {
    const content: ToastContent = { kind: 'failed', problem };
    const same = this.list.find(
      (toast) => toast.kind === 'failed' && isSameProblem(toast.problem, problem),
    );
    if (same === undefined) this.show(content);
    else this.replace(same.id, content);
  }

  /** A failure that repeats, as of every datagram of a stream, is one toast that counts. */
  fault({ name, path }: { name: string; path: string | null }, problem: Problem): void {
    const same = this.list.find(
      (toast) =>
        toast.kind === 'fault' && toast.name === name && toast.problem.code === problem.code,
    );
    const times = same?.kind === 'fault' ? same.times + 1 : 1;
    const content: ToastContent = { kind: 'fault', name, path, problem, times };
    if (same === undefined) this.show(content);
    else this.list = this.list.map((one) => (one === same ? { ...content, id: same.id } : one));
  }

  /** Of many sockets that fall silent there is one toast, which counts. */
  silent(name: string, { timeoutMs: afterMs, direction }: Idle): void {
    const there = this.list.find((toast) => toast.kind === 'silent');
    const before = there?.kind === 'silent' ? there : { name, more: 0 };
    const more = before.name === name ? before.more : before.more + 1;
    const content: ToastContent = { kind: 'silent', name, afterMs, direction, more };
    if (there === undefined) this.show(content);
    else this.replace(there.id, content);
  }

  /** Says something else in a toast that is still there. */
  replace(id: number, content: ToastContent): void {
    this.list = this.list.map((toast) => (toast.id === id ? { ...content, id } : toast));
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

/** Of a part of the page that is missing, all that need it tell; each names the file it asked for. */
function isSameProblem(one: Problem, other: Problem): boolean {
  if (one.code !== other.code) return false;
  return one.code === PAGE_INCOMPLETE || one.message === other.message;
}
