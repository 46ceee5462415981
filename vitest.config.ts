import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores: more workers would only make tests with real sockets and deadlines wait.
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/{main,scripts}/**/*.test.ts'],
          globalSetup: ['tests/support/build-cli.ts'],
          // Modules hold caches at most; loading all anew for each file took a minute.
          isolate: false,
          // The deadlines inside tests come first: they say what was waited for.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'shared',
          environment: 'node',
          include: ['tests/shared/**/*.test.ts'],
          // Some run generated code against the command line's bundle.
          globalSetup: ['tests/support/build-cli.ts'],
          // Pure code: loading its modules anew for each file took as long as the tests.
          pool: 'threads',
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What renders nothing, without a page. Each file for itself: the language is one for all.
        plugins: [svelte(), svelteTesting({ autoCleanup: false })],
        test: {
          name: 'state',
          environment: './tests/support/renderer/no-page.ts',
          include: ['tests/renderer/{common,format,i18n,sidebar,state}/**/*.test.ts'],
          globalSetup: ['tests/support/compile-messages.ts'],
          pool: 'threads',
          testTimeout: 60_000,
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['tests/renderer/**/*.test.ts'],
          exclude: ['tests/renderer/{common,format,i18n,sidebar,state}/**'],
          globalSetup: ['tests/support/compile-messages.ts'],
          setupFiles: ['tests/support/renderer/setup.ts'],
          // A busy machine is slow at checking a whole window; no test takes its time from it.
          testTimeout: 60_000,
        },
      },
    ],
  },
});
