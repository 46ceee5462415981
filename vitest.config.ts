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
          include: ['tests/{shared,main,scripts}/**/*.test.ts'],
          globalSetup: ['tests/support/build-cli.ts'],
          // The deadlines inside tests come first: they say what was waited for.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['tests/renderer/**/*.test.ts'],
          globalSetup: ['tests/support/compile-messages.ts'],
          setupFiles: ['tests/support/renderer/setup.ts'],
          // A busy machine is slow at checking a whole window; no test takes its time from it.
          testTimeout: 60_000,
        },
      },
    ],
  },
});
