import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, vi } from 'vitest';
import { exportRows } from '../../../../src-main/engine/export/export-rows';
import type { ExportOptions } from '../../../../src-main/engine/export/export-rows';
import type { Session } from '../../../../src-main/engine/types';
import { bundleModule } from '../../../support/bundle';

/** An export of all rows, unless told otherwise, to a file that must not exist. */
export type Exporting = (
  session: Session,
  to: Pick<ExportOptions, 'format' | 'path'> & Partial<ExportOptions>,
  signal?: AbortSignal,
) => ReturnType<typeof exportRows>;

/** With the thread that looks for rows as the build bundles it. */
export function useExports(): Exporting {
  vi.setConfig({ testTimeout: 60_000 });
  let folder = '';
  let thread: URL | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wb-export-thread-'));
    thread = pathToFileURL(
      await bundleModule('src-main/engine/capture/scan/view-thread.ts', folder),
    );
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (session, to, signal = new AbortController().signal) => {
    const usual = { socket: null, shape: null, rows: null, decoder: null, overwrite: false };
    return exportRows(
      session,
      { ...usual, ...(thread === undefined ? {} : { thread }), ...to },
      signal,
    );
  };
}
