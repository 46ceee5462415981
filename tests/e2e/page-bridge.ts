import type { Page } from '@playwright/test';
import type { CommandAnswer } from '../../src-shared/contract/bridge';

/** Gives a command to main as the page would. */
export function command(page: Page, name: unknown, params: unknown): Promise<CommandAnswer> {
  return page.evaluate(
    // The bridge's type says string; that anything else is refused is what is tested.
    ([name, params]) => {
      if (!window.wirebench) throw new Error('the page has no bridge');
      return window.wirebench.command(name as string, params);
    },
    [name, params] as const,
  );
}
