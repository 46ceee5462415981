import './scripts/eslint/svelte-types.js';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { walls } from './scripts/eslint/walls.js';
import svelteConfig from './svelte.config.js';

const product = ['src-*/**/*.{ts,svelte}'];

/** no-restricted-syntax knows no inheritance between blocks: each block lists all that holds in it. */
const bans = {
  defaultExport: {
    selector: 'ExportDefaultDeclaration',
    message: 'Named exports only: a default export has another name in every file.',
  },
  ipcMain: {
    selector: "Identifier[name='ipcMain']",
    message: 'ipcMain is used in src-main/ipc.ts alone, where sender and schema are checked.',
  },
  ipcRenderer: {
    selector: "Identifier[name='ipcRenderer']",
    message: 'ipcRenderer is used in src-preload alone.',
  },
  openExternal: {
    selector: "Identifier[name='openExternal']",
    message:
      'shell.openExternal is called in src-main/external-links.ts alone, from a fixed table.',
  },
  bridge: {
    selector: "MemberExpression[property.name='wirebench']",
    message:
      'window.wirebench is taken once, in src-renderer/first-asked.ts; main.ts gives it to the state.',
  },
  only: {
    selector: "MemberExpression[object.name=/^(test|it|describe)$/][property.name='only']",
    message: '.only would leave out all other tests.',
  },
};
const ban = (...names) => ['error', ...names.map((name) => bans[name])];

const page = ['window', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage'];

export default defineConfig(
  globalIgnores([
    'out/',
    'dist/',
    'coverage/',
    'test-results/',
    'playwright-report/',
    'src-renderer/i18n/generated/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    // What needs types is oxlint's (.oxlintrc.json), but in components, which it cannot read.
    extends: [ts.configs.recommended],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['**/*.svelte'],
    extends: [ts.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      // Plain maps and sets are meant: what is shown is replaced whole, as $state.raw.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: product,
    plugins: { walls },
    rules: {
      'walls/imports': 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      // A cast hides what the compiler knows. At a boundary: one, with its reason beside the disable.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'no-restricted-syntax': ban('defaultExport', 'ipcMain', 'ipcRenderer', 'openExternal'),
    },
  },
  {
    files: ['src-main/ipc.ts'],
    rules: { 'no-restricted-syntax': ban('defaultExport', 'ipcRenderer', 'openExternal') },
  },
  {
    files: ['src-main/external-links.ts'],
    rules: { 'no-restricted-syntax': ban('defaultExport', 'ipcMain', 'ipcRenderer') },
  },
  {
    files: ['src-preload/**'],
    rules: { 'no-restricted-syntax': ban('defaultExport', 'ipcMain', 'openExternal') },
  },
  {
    files: ['src-renderer/**'],
    ignores: ['src-renderer/first-asked.ts'],
    rules: {
      'no-restricted-syntax': ban(
        'defaultExport',
        'ipcMain',
        'ipcRenderer',
        'openExternal',
        'bridge',
      ),
    },
  },
  {
    files: ['src-renderer/format/**', 'src-renderer/state/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...page.map((name) => ({
          name,
          message: 'format and state touch no DOM; main.ts gives them what they need.',
        })),
      ],
    },
  },
  {
    files: ['tests/**'],
    rules: { 'no-restricted-syntax': ban('only') },
  },
  {
    files: ['src-renderer/**', 'src-preload/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    // The benches pass functions into the page.
    files: ['tests/**/*.mjs'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['scripts/**', 'tests/**/*.mjs', '*.js', '*.cjs', '*.mjs'],
    languageOptions: { globals: globals.node },
  },
  prettier,
);
