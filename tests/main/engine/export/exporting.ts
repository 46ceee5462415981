import { vi } from 'vitest';
import { exportRows } from '../../../../src-main/engine/export/export-rows';
import type { ExportOptions } from '../../../../src-main/engine/export/export-rows';
import type { Session } from '../../../../src-main/engine/types';
import { thread } from '../../../support/view-thread';

/** An export of all rows, unless told otherwise, to a file that must not exist. */
export type Exporting = (
  session: Session,
  to: Pick<ExportOptions, 'format' | 'path'> & Partial<ExportOptions>,
  signal?: AbortSignal,
) => ReturnType<typeof exportRows>;

/** With the thread that looks for rows as the build bundles it. */
export function useExports(): Exporting {
  vi.setConfig({ testTimeout: 60_000 });
  return (session, to, signal = new AbortController().signal) => {
    const usual = { socket: null, shape: null, rows: null, decoder: null, overwrite: false };
    return exportRows(session, { ...usual, thread, ...to }, signal);
  };
}
