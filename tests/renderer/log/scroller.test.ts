import { describe, expect, test } from 'vitest';
import { type ScrollBar, Scroller } from '../../../src-renderer/ui/log/scroller';

const ROW = 22;

/** A native scroll container as Chromium makes it: clamps, and rounds to its device pixels. */
function nativeBar(viewHeight = 600, devicePixels = 1) {
  let top = 0;
  let height = 0;
  const bar: ScrollBar = {
    viewHeight,
    get scrollTop() {
      return top;
    },
    set scrollTop(px: number) {
      const max = Math.max(0, height - viewHeight);
      top = Math.round(Math.min(max, Math.max(0, px)) * devicePixels) / devicePixels;
    },
    setContentHeight(px: number) {
      height = px;
      bar.scrollTop = top;
    },
  };
  return { bar, height: () => height };
}

function scrollerOf(rows: number, devicePixels = 1) {
  const native = nativeBar(600, devicePixels);
  const scroller = new Scroller(native.bar, ROW);
  scroller.layout(rows, 0);
  return { scroller, ...native };
}

/** Whether all of a row is seen. */
function sees(scroller: Scroller, row: number, viewHeight = 600): boolean {
  const y = row * ROW - scroller.top;
  return y >= -0.01 && y + ROW <= viewHeight + 0.01;
}

describe.each([1, 1.5, 2, 3])('ten million rows at %s device pixels', (devicePixels) => {
  test('every row can be reached, first and last included', () => {
    const { scroller, height } = scrollerOf(10_000_000, devicePixels);
    expect(height()).toBe(8_000_000);
    expect(height() * devicePixels).toBeLessThan(33_554_428);
    const rows = [0, 1, 2, 5_000_000, 5_000_001, 9_999_998, 9_999_999];
    for (let n = 0; n < 2000; n++) rows.push((n * 7_919_317) % 10_000_000);
    const missed = rows.filter((row) => {
      scroller.reveal(row);
      return !sees(scroller, row) || row < scroller.firstRow || row >= scroller.endRow;
    });
    expect(missed).toEqual([]);
  });

  test('the wheel moves by exactly what it was turned', () => {
    const { scroller, bar } = scrollerOf(10_000_000, devicePixels);
    scroller.scrollTo(1e8);
    for (let n = 0; n < 100; n++) {
      expect(scroller.wheel(ROW)).toBe(true);
      // The bar's own event comes after each; it must not be taken for the user's hand.
      expect(scroller.barMoved(n)).toBe(false);
    }
    expect(scroller.top).toBe(1e8 + 100 * ROW);
    expect(bar.scrollTop).toBeGreaterThan(0);
  });
});

describe('the bar', () => {
  test('dragged to the middle and to both ends leads there', () => {
    const { scroller, bar, height } = scrollerOf(10_000_000);
    bar.scrollTop = (height() - 600) / 2;
    expect(scroller.barMoved(0)).toBe(true);
    expect(Math.abs(scroller.firstRow - 5_000_000)).toBeLessThan(40);
    bar.scrollTop = 0;
    scroller.barMoved(10);
    expect(scroller.firstRow).toBe(0);
    bar.scrollTop = height();
    scroller.barMoved(20);
    expect([scroller.endRow, scroller.follow]).toEqual([10_000_000, true]);
  });

  test('up to 8 million px the browser scrolls, and rows stand at its very pixels', () => {
    const { scroller, bar, height } = scrollerOf(300_000);
    expect(height()).toBe(300_000 * ROW);
    scroller.scrollTo(0);
    expect(scroller.wheel(100)).toBe(false);
    bar.scrollTop = 1234;
    scroller.barMoved(0);
    expect(scroller.top).toBe(1234);
  });

  test('is left alone under the hand while rows arrive, and put right afterwards', () => {
    const { scroller, bar, height } = scrollerOf(1_000_000);
    bar.scrollTop = height() / 2;
    scroller.barMoved(1000);
    const held = bar.scrollTop;
    const row = scroller.firstRow;
    scroller.layout(2_000_000, 1100);
    expect(bar.scrollTop).toBe(held);
    scroller.layout(2_000_000, 1400);
    expect(Math.abs(bar.scrollTop - held / 2)).toBeLessThan(200);
    expect(scroller.firstRow).toBe(row);
  });
});

describe.each([1000, 10_000_000])('following %s rows', (rows) => {
  test('is on from the start and keeps the last row in sight', () => {
    const { scroller } = scrollerOf(rows);
    expect(scroller.follow).toBe(true);
    scroller.layout(rows + 6000, 0);
    expect(scroller.endRow).toBe(rows + 6000);
    expect(sees(scroller, rows + 5999)).toBe(true);
  });

  test('the wheel up ends it at once, and then nothing that arrives moves the view', () => {
    const { scroller, bar } = scrollerOf(rows);
    scroller.wheel(-66);
    // Where the browser scrolls it tells of it in its own time.
    if (!scroller.scaled) {
      bar.scrollTop -= 66;
      scroller.barMoved(0);
    }
    expect(scroller.follow).toBe(false);
    const { top, firstRow } = scroller;
    for (let n = 1; n <= 100; n++) scroller.layout(rows + n * 50, n * 16);
    expect([scroller.top, scroller.firstRow]).toEqual([top, firstRow]);
    scroller.scrollToEnd();
    expect(scroller.follow).toBe(true);
  });

  test('the wheel down at the end turns it on again', () => {
    const { scroller } = scrollerOf(rows);
    scroller.setFollow(false);
    scroller.wheel(10);
    expect(scroller.follow).toBe(true);
  });
});

describe('few rows', () => {
  test('that all fit are never scrolled, and follow stays on', () => {
    const { scroller } = scrollerOf(3);
    scroller.wheel(-100);
    expect([scroller.top, scroller.firstRow, scroller.endRow, scroller.follow]).toEqual([
      0,
      0,
      3,
      true,
    ]);
  });

  test('none at all', () => {
    const { scroller } = scrollerOf(0);
    expect([scroller.firstRow, scroller.endRow]).toEqual([0, 0]);
  });

  test('after most were cleared the view is within what is left', () => {
    const { scroller } = scrollerOf(10_000);
    scroller.scrollTo(50_000);
    scroller.layout(100, 0);
    expect(scroller.top).toBe(100 * ROW - 600);
  });
});

test('another row height keeps the row at the top where it is', () => {
  const { scroller } = scrollerOf(10_000);
  scroller.scrollTo(4000 * ROW);
  scroller.setRowHeight(28, 0);
  expect([scroller.firstRow, scroller.top, scroller.follow]).toEqual([4000, 4000 * 28, false]);
});

test('crossing the limit while not following keeps the view', () => {
  const { scroller } = scrollerOf(360_000);
  scroller.scrollTo(100_000 * ROW);
  scroller.layout(400_000, 0);
  expect([scroller.scaled, scroller.firstRow]).toEqual([true, 100_000]);
});
