import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeOn, readWindowState, writeWindowState } from '../../src-main/window-state';
import { tempFolder } from '../support/temp-folder';

const left = { x: 0, y: 0, width: 1920, height: 1080 };
const right = { x: 1920, y: 200, width: 1280, height: 1024 };

describe('placeOn', () => {
  test('keeps a place that is there', () => {
    const wanted = { x: 2000, y: 300, width: 1000, height: 700 };
    expect(placeOn([left, right], wanted)).toEqual(wanted);
  });

  test('forgets a place on a display that is gone, or where nothing could be gripped', () => {
    const gone = { x: 2000, y: 300, width: 1000, height: 700 };
    expect(placeOn([left], gone)).toBeNull();
    expect(placeOn([], left)).toBeNull();
    expect(placeOn([left], { x: 1850, y: 0, width: 800, height: 600 })).toBeNull();
    expect(placeOn([left], { x: -790, y: 0, width: 800, height: 600 })).toBeNull();
    expect(placeOn([left], { x: 0, y: 1060, width: 800, height: 600 })).toBeNull();
    expect(placeOn([left], { x: 0, y: -30, width: 800, height: 600 })).toBeNull();
  });

  test('brings a size within the minimum and the display', () => {
    const wide = placeOn([left], { x: 10, y: 10, width: 9000, height: 9000 });
    expect(wide).toEqual({ x: 10, y: 10, width: 1920, height: 1080 });
    const small = placeOn([left], { x: 10, y: 10, width: 200, height: 1 });
    expect(small).toEqual({ x: 10, y: 10, width: 720, height: 480 });
  });
});

describe('the state of the window', () => {
  test('is read as it was written', async () => {
    const path = join(await tempFolder(), 'window-state.json');
    writeWindowState(path, { bounds: left, maximised: true });
    expect(readWindowState(path)).toEqual({ bounds: left, maximised: true });
  });

  test.each(['', '{', 'null', '{"bounds":{"x":1}}', '{"bounds":{"x":1e99,"y":0},"maximised":1}'])(
    '%j gives none',
    async (text) => {
      const path = join(await tempFolder(), 'window-state.json');
      expect(readWindowState(path)).toBeNull();
      await writeFile(path, text);
      expect(readWindowState(path)).toBeNull();
    },
  );
});
