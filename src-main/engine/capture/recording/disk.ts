import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs';

/** The calls that touch the disk, so that tests can make one of them fail. */
export interface Disk {
  write(file: number, bytes: Uint8Array, length: number, position: number): number;
  /** One after the other, as one write. */
  writeAll(file: number, parts: readonly Uint8Array[], position: number): number;
  truncate(file: number, bytes: number): void;
  syncNow(file: number): void;
  sync(file: number, done: (error: Error | null) => void): void;
}

export const realDisk: Disk = {
  write: (file, bytes, length, position) => writeSync(file, bytes, 0, length, position),
  writeAll: writevSync,
  truncate: ftruncateSync,
  syncNow: fdatasyncSync,
  sync: fdatasync,
};

export function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

/**
 * Creates a file with its first blocks, or throws Node's error and leaves none behind. `synced`: they
 * are on disk when it returns.
 */
export function createFile(path: string, header: Uint8Array, disk: Disk, synced: boolean): number {
  const file = openSync(path, 'wx+', 0o600);
  try {
    if (disk.write(file, header, header.length, 0) !== header.length) throw noSpace();
    if (synced) disk.syncNow(file);
    return file;
  } catch (error) {
    closeSync(file);
    unlinkSync(path);
    throw error;
  }
}
