import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What the compiler says of `code`, were it a file of that name checked by that configuration. */
function complaints(config: string, file: string, code: string): string[] {
  const read = ts.readConfigFile(join(root, config), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const path = join(root, file);
  const host = ts.createCompilerHost(options);
  host.readFile = (name) => (name === path ? code : ts.sys.readFile(name));
  host.fileExists = (name) => name === path || ts.sys.fileExists(name);
  const program = ts.createProgram([path], { ...options, incremental: false }, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const PROBE =
  'export const a = process;\nexport const b = document;\nexport const c = new TextEncoder();\n';
const NO_PROCESS: unknown = expect.stringContaining("Cannot find name 'process'");
const NO_DOCUMENT: unknown = expect.stringContaining("Cannot find name 'document'");

test.each([
  ['tsconfig.engine.json', 'src-main/engine/probe.ts', [NO_DOCUMENT]],
  ['tsconfig.main.json', 'src-main/probe.ts', [NO_DOCUMENT]],
  ['tsconfig.renderer.json', 'src-renderer/state/probe.ts', [NO_PROCESS]],
  ['tsconfig.preload.json', 'src-preload/probe.ts', [NO_PROCESS]],
])('%s knows only what its process has', (config, file, expected) => {
  expect(complaints(config, file, PROBE)).toEqual(expected);
});

test('tsconfig.shared.json knows neither Node nor the DOM', () => {
  const probe = 'export const a = process;\nexport const b = document;\nexport const c = Buffer;\n';
  expect(complaints('tsconfig.shared.json', 'src-shared/probe.ts', probe)).toEqual([
    NO_PROCESS,
    NO_DOCUMENT,
    expect.stringContaining("Cannot find name 'Buffer'"),
  ]);
});
