import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  timeout: 60_000,
  expect: { timeout: 15_000 }, // Only how long a failing test waits.
  workers: 1, // Two cores: a second Electron would only slow the first.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
});
