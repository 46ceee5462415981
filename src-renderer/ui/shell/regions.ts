const FOCUSABLE =
  'button:not([tabindex="-1"]), [href], input, select, textarea, [tabindex]:not([tabindex="-1"])';

/** How long others have to give the focus back, ms. */
const FOCUS_MS = 60;

/** Moves the focus to the next (1) or previous (-1) region of the window, round the end. */
export function cycleRegion(page: Document, by: 1 | -1): void {
  const regions = [...page.querySelectorAll<HTMLElement>('[data-region]')].filter(isUsable);
  if (regions.length === 0) return;
  const here = regions.findLastIndex((region) => region.contains(page.activeElement));
  const from = here < 0 && by < 0 ? 0 : here;
  const next = regions[(from + by + regions.length) % regions.length];
  if (next !== undefined) entry(next)?.focus();
}

function isUsable(region: HTMLElement): boolean {
  return entry(region) !== undefined;
}

/** What in a region takes the focus: what was made for it, else the first thing that can. */
function entry(region: HTMLElement): HTMLElement | undefined {
  const marked = region.querySelector<HTMLElement>(
    '[data-region-entry], [role="tree"], [role="grid"]',
  );
  if (marked !== null) return marked;
  const inside = region.querySelector<HTMLElement>(
    '[role="tab"][aria-selected="true"], [data-region-current]',
  );
  return inside ?? region.querySelector<HTMLElement>(FOCUSABLE) ?? undefined;
}

/**
 * What is clicked may vanish with its click: an error with the button that mends it, a group with the
 * one that leaves it. The focus would fall to nowhere then, and with it the reader's place; so it goes
 * to the region it was in, else to the tab shown. Returns what ends the watch.
 */
export function keepFocus(page: Document): () => void {
  let region: HTMLElement | null = null;
  function seen(event: FocusEvent): void {
    if (event.target instanceof Element) region = event.target.closest('[data-region]');
  }
  function left(event: FocusEvent): void {
    const { target, relatedTarget } = event;
    if (relatedTarget !== null || !(target instanceof Element)) return;
    const was = region;
    // Dialogs and menus give the focus back by themselves, a moment after they are gone.
    setTimeout(() => {
      if (target.isConnected || page.activeElement !== page.body || !page.hasFocus()) return;
      // The buttons beside a socket's state change with it: a second Enter would press another one.
      const stays = was?.isConnected === true && was.dataset['region'] !== 'endpoint';
      const tab = '[data-region="tabs"] [role="tab"][aria-selected="true"]';
      const place = stays ? entry(was) : page.querySelector<HTMLElement>(tab);
      (place ?? undefined)?.focus({ preventScroll: stays });
    }, FOCUS_MS);
  }
  page.addEventListener('focusin', seen);
  page.addEventListener('focusout', left);
  return () => {
    page.removeEventListener('focusin', seen);
    page.removeEventListener('focusout', left);
  };
}
