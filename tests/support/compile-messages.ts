import { compileMessages } from '../../scripts/i18n.mjs';

/** Vitest global setup: the components import the compiled messages. */
export async function setup(): Promise<void> {
  await compileMessages({ onlyStale: true });
}
