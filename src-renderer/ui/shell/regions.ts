const FOCUSABLE =
  'button:not([tabindex="-1"]), [href], input, select, textarea, [tabindex]:not([tabindex="-1"])';

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
  const inside = region.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
  return inside ?? region.querySelector<HTMLElement>(FOCUSABLE) ?? undefined;
}
