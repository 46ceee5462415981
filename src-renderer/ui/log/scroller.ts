/**
 * The tallest a scrolled element is made, CSS px. Chromium cuts elements at 33.5 M device px, which
 * is 11.2 M CSS px at 300 % zoom.
 */
const MAX_PROXY_PX = 8_000_000;

/** How long after the user moved the bar it is left alone, ms. */
const BAR_REST_MS = 300;

/** The native scroll container, which is only a stand-in: see `Scroller`. */
export interface ScrollBar {
  /** Height of what is seen, px. */
  readonly viewHeight: number;
  /** Reading it gives what the browser made of what was written. */
  scrollTop: number;
  /** Height of what is scrolled, px. */
  setContentHeight(px: number): void;
}

/**
 * Where a log is scrolled to. `top`, in px from the first row, is the truth; the native bar is moved
 * along with it. Up to 8 M px they are the same thing and the browser scrolls; beyond, the bar is
 * scaled down and the wheel is taken over, so that every one of millions of rows can be reached.
 */
export class Scroller {
  #bar: ScrollBar;
  #rowHeight: number;
  #count = 0;
  #top = 0;
  #follow = true;
  /** What the bar was last set to, as read back: a scroll event that finds it there is our own. */
  #set = 0;
  #contentHeight = -1;
  #barMovedMs = -Infinity;

  constructor(bar: ScrollBar, rowHeight: number) {
    this.#bar = bar;
    this.#rowHeight = rowHeight;
  }

  get top(): number {
    return this.#top;
  }

  get count(): number {
    return this.#count;
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }

  /** Whether the last row is kept in sight as rows arrive. */
  get follow(): boolean {
    return this.#follow;
  }

  /** Whether the wheel has to be taken over. */
  get scaled(): boolean {
    return this.#count * this.#rowHeight > MAX_PROXY_PX;
  }

  get maxTop(): number {
    return Math.max(0, this.#count * this.#rowHeight - this.#bar.viewHeight);
  }

  get firstRow(): number {
    return Math.min(Math.floor(this.#top / this.#rowHeight), Math.max(0, this.#count - 1));
  }

  /** One past the last row of which at least a part is seen. */
  get endRow(): number {
    const end = Math.ceil((this.#top + this.#bar.viewHeight) / this.#rowHeight);
    return Math.min(this.#count, end);
  }

  /** Rows that fit whole; what PageDown moves by. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#bar.viewHeight / this.#rowHeight));
  }

  /** Rows came or were taken away, or the view has another height. Moves only when following. */
  layout(count: number, nowMs: number): void {
    this.#count = count;
    const height = Math.min(count * this.#rowHeight, MAX_PROXY_PX);
    if (height !== this.#contentHeight) {
      this.#contentHeight = height;
      this.#bar.setContentHeight(height);
    }
    const top = this.#follow ? this.maxTop : Math.min(this.#top, this.maxTop);
    const moved = top !== this.#top;
    this.#top = top;
    // A scaled bar gets shorter steps as rows come, but not under the hand that moves it.
    const rested = nowMs - this.#barMovedMs > BAR_REST_MS;
    if (moved || (this.scaled && !this.#follow && rested) || this.#follow) this.#moveBar();
  }

  /** Keeps the row at the top of the view where it is. */
  setRowHeight(px: number, nowMs: number): void {
    this.#top *= px / this.#rowHeight;
    this.#rowHeight = px;
    this.layout(this.#count, nowMs);
    this.#moveBar();
  }

  /** Follows from now on when that is the end. */
  scrollTo(top: number): void {
    this.#top = Math.min(this.maxTop, Math.max(0, top));
    this.#follow = this.#top >= this.maxTop - 1;
    this.#moveBar();
  }

  /**
   * The wheel was turned by so many px. Returns whether the browser's own scrolling must be kept
   * from happening.
   */
  wheel(deltaPx: number): boolean {
    // At once: with rows arriving in every frame, the browser's own scrolling would be undone
    // before it is told of.
    if (deltaPx < 0 && this.maxTop > 0) this.#follow = false;
    if (deltaPx > 0 && this.#top >= this.maxTop - 1) this.#follow = true;
    if (!this.scaled) return false;
    this.scrollTo(this.#top + deltaPx);
    return true;
  }

  /** The bar tells that it moved. Returns whether the view moved. */
  barMoved(nowMs: number): boolean {
    const at = this.#bar.scrollTop;
    if (Math.abs(at - this.#set) < 1) return false;
    this.#barMovedMs = nowMs;
    this.#set = at;
    const max = this.#barMax;
    this.#top = this.scaled ? (max > 0 ? (at / max) * this.maxTop : 0) : at;
    this.#follow = this.#top >= this.maxTop - 1;
    return true;
  }

  /** Moves as little as needed for the whole of a row to be seen. */
  reveal(row: number): void {
    const y = row * this.#rowHeight;
    const below = y + this.#rowHeight - this.#bar.viewHeight;
    if (y < this.#top) this.scrollTo(y);
    else if (below > this.#top) this.scrollTo(below);
  }

  scrollToEnd(): void {
    this.scrollTo(this.maxTop);
  }

  setFollow(follow: boolean): void {
    if (follow) this.scrollToEnd();
    this.#follow = follow;
  }

  get #barMax(): number {
    return Math.max(0, this.#contentHeight - this.#bar.viewHeight);
  }

  #moveBar(): void {
    const max = this.maxTop;
    const want = this.scaled ? (max > 0 ? (this.#top / max) * this.#barMax : 0) : this.#top;
    if (Math.abs(want - this.#set) < 0.01 && this.#bar.scrollTop === this.#set) return;
    this.#bar.scrollTop = want;
    this.#set = this.#bar.scrollTop;
  }
}
