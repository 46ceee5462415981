import type { Environment } from 'vitest/runtime';

/**
 * Modules as the window gets them, with runes that work, but no page: what renders nothing needs
 * none, and making one took longer than those tests.
 */
const noPage: Environment = {
  name: 'no-page',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};
export default noPage;
