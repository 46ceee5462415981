import { basename, extname, join } from 'node:path';
import { dialog, shell, type BrowserWindow } from 'electron';
import type { ExportFormat } from '../src-shared/contract/export-formats';
import type { ExportRequest } from '../src-shared/contract/export';
import type { MainResult } from '../src-shared/contract/main';
import { refusal } from '../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import type { EngineHost } from './engine-host';
import type { Texts } from './texts';

/** Files that can still be shown in their folder. */
const MAX_REMEMBERED = 100;

interface ExportParts {
  readonly window: BrowserWindow;
  readonly engine: EngineHost;
  readonly texts: () => Texts;
}

/** Exports of rows: the window names jobs, only main knows where their files are. */
export class RowExports {
  readonly #parts: ExportParts;
  readonly #paths = new Map<string, string>();

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  /** Asks where to, and writes the rows there. `path` null: nothing was chosen. */
  async run(request: ExportRequest, documents: string): Promise<MainResult<'exportRows'>> {
    const { window, engine, texts } = this.#parts;
    const { format, job, socket } = request;
    const source = (await engine.request('capturePath', { socket })).path;
    const { extension, name } = fileKind(format, texts());
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      title: texts().exportRowsTitle,
      defaultPath: join(documents, `${basename(source, extname(source))}${nameEnd(format)}`),
      filters: [
        { name, extensions: [extension] },
        { name: texts().allFiles, extensions: ['*'] },
      ],
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    });
    if (canceled || filePath === '') return { path: null, cancelled: true, rows: 0, bytes: 0 };
    const done = await engine.request('exportRows', { ...request, path: filePath });
    if (done.cancelled) return { ...done, path: null };
    this.#remember(job, filePath);
    return { ...done, path: filePath };
  }

  show(job: string): void {
    const path = this.#paths.get(job);
    if (path === undefined) throw new CommandError('not-shown', refusal('exported-before'));
    shell.showItemInFolder(path);
  }

  #remember(job: string, path: string): void {
    this.#paths.set(job, path);
    for (const oldest of this.#paths.keys()) {
      if (this.#paths.size <= MAX_REMEMBERED) return;
      this.#paths.delete(oldest);
    }
  }
}

function nameEnd(format: ExportFormat): string {
  switch (format) {
    case 'pcapng':
      return '-rows.pcapng';
    case 'hexdump':
      return '-rows.txt';
    case 'csv':
      return '-rows.csv';
    case 'jsonl':
      return '-rows.jsonl';
    case 'raw-rx':
      return '-received.bin';
    case 'raw-tx':
      return '-sent.bin';
    default:
      return format satisfies never;
  }
}

function fileKind(format: ExportFormat, texts: Texts): { extension: string; name: string } {
  switch (format) {
    case 'pcapng':
      return { extension: 'pcapng', name: texts.captureFiles };
    case 'hexdump':
      return { extension: 'txt', name: texts.hexdumpFiles };
    case 'csv':
      return { extension: 'csv', name: texts.csvFiles };
    case 'jsonl':
      return { extension: 'jsonl', name: texts.jsonFiles };
    case 'raw-rx':
    case 'raw-tx':
      return { extension: 'bin', name: texts.rawFiles };
    default:
      return format satisfies never;
  }
}
