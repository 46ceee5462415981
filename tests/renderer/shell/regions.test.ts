import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepFocus } from '../../../src-renderer/ui/shell/regions';

let end: () => void;

beforeEach(() => {
  document.body.innerHTML = `
    <div data-region="tabs"><button role="tab" aria-selected="true">tab</button></div>
    <section data-region="endpoint"><button id="stop">Stop</button></section>
    <section id="error"><button id="retry">Try again</button></section>
    <div data-region="inspector">
      <button role="tab" aria-selected="true" id="controls">Controls</button>
      <button id="leave">Leave</button>
    </div>
    <button id="elsewhere">elsewhere</button>`;
  end = keepFocus(document);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => {
  end();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** What Chromium tells when the focused element is taken away; jsdom only moves the focus. */
function takeAway(id: string): void {
  const element = document.getElementById(id);
  element?.focus();
  element?.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: null }));
  element?.remove();
  expect(document.body).toHaveFocus();
}

test('a button that vanishes with its click leaves the focus in its region', async () => {
  takeAway('leave');
  await vi.waitFor(() => expect(document.getElementById('controls')).toHaveFocus());
});

test.each(['retry', 'stop'])(
  '%s, gone, leaves it on the tab, never on another action',
  async (id) => {
    takeAway(id);
    await vi.waitFor(() =>
      expect(document.querySelector('[data-region="tabs"] [role="tab"]')).toHaveFocus(),
    );
  },
);

test('focus that was given to something else stays there', async () => {
  takeAway('leave');
  document.getElementById('elsewhere')?.focus();
  await new Promise((done) => setTimeout(done, 100));
  expect(document.getElementById('elsewhere')).toHaveFocus();
});
