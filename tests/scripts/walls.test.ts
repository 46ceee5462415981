import { ESLint } from 'eslint';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder';

const root = resolve(import.meta.dirname, '../..');

/** Without types, so that files that do not exist can be linted, and fast. */
const untyped = new ESLint({
  cwd: root,
  overrideConfig: [
    { files: ['**/*.{ts,svelte}'], ...ts.configs.disableTypeChecked },
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});
const eslint = new ESLint({ cwd: root });

async function rulesBroken(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const text = file.endsWith('.svelte') ? `<script lang="ts">\n${code}\n</script>\n` : `${code}\n`;
  const [result] = await eslint.lintText(text, { filePath: resolve(root, file) });
  const messages = result?.messages ?? [];
  const fatal = messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}`);
  return messages.map(({ ruleId }) => ruleId ?? 'none');
}

const imports = (specifier: string): string =>
  `import { x } from '${specifier}';\nexport const y = String(x);`;

describe('walls between the parts', () => {
  test.each([
    ['src-shared/a.ts', 'node:fs'],
    ['src-shared/a.ts', 'fs'],
    ['src-shared/a.ts', 'electron'],
    ['src-shared/a.ts', 'svelte'],
    ['src-shared/a/b/c.ts', '../../../src-main/engine/clock'],
    ['src-preload/preload.ts', 'node:path'],
    ['src-preload/preload.ts', 'zod'],
    ['src-preload/preload.ts', '../src-shared/framing/slip'],
    ['src-preload/preload.ts', '../src-renderer/main'],
    ['src-main/engine/a.ts', 'electron'],
    ['src-main/engine/a.ts', 'electron/main'],
    ['src-main/engine/a.ts', '../window'],
    ['src-main/engine/sockets/a.ts', '../../ipc'],
    ['src-main/engine/sockets/a.ts', '../../cli/listen'],
    ['src-main/engine/sockets/a.ts', '../../../src-renderer/format/bytes'],
    ['src-main/cli/a.ts', 'electron'],
    ['src-main/cli/a.ts', '../window'],
    ['src-main/window.ts', './engine/engine'],
    ['src-main/window.ts', './cli/listen'],
    ['src-main/window.ts', '../src-renderer/format/bytes'],
    ['src-main/window.ts', 'svelte'],
    ['src-renderer/format/a.ts', 'svelte'],
    ['src-renderer/format/a.ts', '../state/workspace.svelte'],
    ['src-renderer/format/a.ts', '../ui/Log.svelte'],
    ['src-renderer/format/a.ts', 'node:buffer'],
    ['src-renderer/state/a.svelte.ts', '../ui/Log.svelte'],
    ['src-renderer/state/a.svelte.ts', 'svelte/store'],
    ['src-renderer/state/a.svelte.ts', 'bits-ui'],
    ['src-renderer/ui/log/A.svelte', '../../bridge'],
    ['src-renderer/ui/log/A.svelte', '../../../src-shared/contract/bridge'],
    ['src-renderer/ui/log/A.svelte', 'electron'],
    ['src-renderer/ui/log/A.svelte', 'node:fs'],
    ['src-renderer/main.ts', '../src-main/engine/types'],
    ['src-renderer/main.ts', 'electron'],
    ['src-renderer/App.svelte', 'svelte/store'],
  ])('%s may not import %s', async (file, specifier) => {
    expect(await rulesBroken(untyped, file, imports(specifier))).toEqual(['walls/imports']);
  });

  test.each([
    ['src-shared/a/b.ts', '../contract/socket'],
    ['src-shared/a.ts', 'zod'],
    ['src-preload/preload.ts', 'electron'],
    ['src-preload/preload.ts', '../src-shared/contract/bridge'],
    ['src-main/engine/sockets/a.ts', '../clock'],
    ['src-main/engine/sockets/a.ts', 'node:net'],
    ['src-main/engine/sockets/a.ts', '../../../src-shared/contract/socket'],
    ['src-main/cli/a.ts', '../engine/engine'],
    ['src-main/cli/a.ts', '../profiles'],
    ['src-main/window.ts', 'electron'],
    ['src-main/window.ts', '../src-shared/contract/main'],
    ['src-renderer/format/a.ts', '../../src-shared/contract/row'],
    ['src-renderer/format/a.ts', '../i18n/generated/messages'],
    ['src-renderer/state/a.svelte.ts', '../format/bytes'],
    ['src-renderer/state/a.svelte.ts', 'svelte/reactivity'],
    ['src-renderer/ui/log/A.svelte', '../../state/log-view.svelte'],
    ['src-renderer/ui/log/A.svelte', 'bits-ui'],
    ['src-renderer/main.ts', './App.svelte'],
  ])('%s may import %s', async (file, specifier) => {
    expect(await rulesBroken(untyped, file, imports(specifier))).toEqual([]);
  });

  test.each([
    ['import()', `export const y = import('electron');`],
    ['a re-export', `export { app } from 'electron';`],
    ['export *', `export * from 'electron';`],
    ['import type', `import type { App } from 'electron';\nexport type Y = App;`],
    ['an inline import type', `export type Y = import('electron').App;`],
    ['import =', `import y = require('electron');\nexport const z = String(y);`],
  ])('a wall also stops %s', async (_how, code) => {
    expect(await rulesBroken(untyped, 'src-main/engine/a.ts', code)).toContain('walls/imports');
  });

  test('the message names the rule', async () => {
    const [result] = await untyped.lintText(imports('electron'), {
      filePath: resolve(root, 'src-main/engine/a.ts'),
    });
    expect(result?.messages[0]?.message).toBe(
      "'electron' is behind a wall: the engine knows neither Electron nor the screen: " +
        'Node, src-shared and itself, not the rest of src-main.',
    );
  });
});

const longFile = '// filler\n'.repeat(301);
const longFunction = `export function f(): number {\n${'  String(1);\n'.repeat(60)}  return 1;\n}`;

describe('bans', () => {
  test.each([
    ['@typescript-eslint/no-explicit-any', 'src-shared/a.ts', 'export let a: any;'],
    [
      '@typescript-eslint/no-non-null-assertion',
      'src-shared/a.ts',
      'export const f = (a: string[]) => a[0]!;',
    ],
    [
      '@typescript-eslint/consistent-type-assertions',
      'src-shared/a.ts',
      'export const f = (a: unknown) => a as string;',
    ],
    [
      '@typescript-eslint/consistent-type-imports',
      'src-shared/a.ts',
      `import { z } from 'zod';\nexport type A = z.ZodType;`,
    ],
    ['no-eval', 'src-renderer/main.ts', `eval('1');`],
    ['no-new-func', 'src-main/engine/a.ts', `export const f = new Function('return 1');`],
    [
      'no-restricted-syntax',
      'src-main/window.ts',
      `import { ipcMain } from 'electron';\nipcMain.on('a', () => undefined);`,
    ],
    [
      'no-restricted-syntax',
      'src-main/window.ts',
      `import { shell } from 'electron';\nvoid shell.openExternal('a');`,
    ],
    ['no-restricted-syntax', 'src-main/window.ts', 'export default 1;'],
    ['no-restricted-syntax', 'tests/main/a.test.ts', `test.only('a', () => undefined);`],
    ['no-restricted-syntax', 'src-renderer/ui/log/A.svelte', `void window.wirebench.command('a');`],
    ['no-restricted-globals', 'src-renderer/state/a.svelte.ts', `window.focus();`],
    ['no-restricted-globals', 'src-renderer/format/a.ts', `document.title = '';`],
    ['max-lines', 'src-shared/a.ts', longFile],
    ['max-lines-per-function', 'src-shared/a.ts', longFunction],
  ])('%s holds in %s', async (rule, file, code) => {
    expect(await rulesBroken(untyped, file, code)).toContain(rule);
  });

  test.each([
    ['src-main/ipc.ts', `import { ipcMain } from 'electron';\nipcMain.on('a', () => undefined);`],
    [
      'src-main/external-links.ts',
      `import { shell } from 'electron';\nvoid shell.openExternal('a');`,
    ],
    ['src-preload/preload.ts', `import { ipcRenderer } from 'electron';\nipcRenderer.send('a');`],
    ['src-renderer/first-asked.ts', `void window.wirebench.command('a', {});`],
    ['tests/shared/a.test.ts', longFile],
    ['vitest.config.ts', 'export default 1;'],
  ])('%s is where it is allowed', async (file, code) => {
    expect(await rulesBroken(untyped, file, code)).toEqual([]);
  });

  test('{@html} is an error in a component', async () => {
    const [result] = await untyped.lintText(
      `<script lang="ts">\n  let { a }: { a: string } = $props();\n</script>\n{@html a}\n`,
      { filePath: resolve(root, 'src-renderer/ui/A.svelte') },
    );
    expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(['svelte/no-at-html-tags']);
  });
});

describe('rules that need types', () => {
  const code = `
    async function work(): Promise<void> {
      await Promise.resolve();
    }
    function f(a: 'x' | 'y'): number {
      work();
      switch (a) {
        case 'x':
          return 1;
        default:
          return 2;
      }
    }
    f('x');`;

  // Not tried on code: a program of all components takes longer than all other tests here. A rule that
  // is on and finds no types ends the lint of the first component with an error.
  test('are on in components', async () => {
    const config: unknown = await eslint.calculateConfigForFile('src-renderer/App.svelte');
    expect(config).toMatchObject({
      languageOptions: { parserOptions: { projectService: true } },
      rules: {
        '@typescript-eslint/no-floating-promises': [2],
        '@typescript-eslint/switch-exhaustiveness-check': [2],
      },
    });
  });

  test('in any other file, by the linter that is fast', async () => {
    const folder = await tempFolder();
    writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }');
    writeFileSync(join(folder, 'a.ts'), `export {};${code}`);
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        resolve(root, 'node_modules/oxlint/bin/oxlint'),
        ...['--config', resolve(root, '.oxlintrc.json'), '--format', 'unix', folder],
      ],
      { encoding: 'utf8', timeout: 20_000 },
    );
    expect(status).toBe(1);
    expect([...stdout.matchAll(/typescript\((\S+)\)/g)].map(([, rule]) => rule).sort()).toEqual([
      'no-floating-promises',
      'switch-exhaustiveness-check',
    ]);
  });
});
