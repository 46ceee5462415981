import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  pid: number;
  command: string;
  /** The text of /proc/<pid>/status. */
  status: string;
}

/** A process and all below it, as Linux tells them. A process in another pid namespace shows too. */
export function processTree(root: number): RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent, command, status }];
      } catch {
        return []; // It has ended since.
      }
    });
  const below = new Set([root]);
  for (let before = 0; before !== below.size;) {
    before = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid }) => below.has(pid));
}

/** Whether a process is there and has not ended; one that waits to be reaped has. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The engine's process below an app's main process. */
export function enginePid(app: number): number | null {
  const isEngine = ({ command }: RunningProcess): boolean =>
    command.includes('--utility-sub-type=node.mojom.NodeService');
  return processTree(app).find(isEngine)?.pid ?? null;
}
