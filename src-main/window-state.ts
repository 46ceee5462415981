import { readFileSync, writeFileSync } from 'node:fs';

/** In pixels of the display, as Electron gives them. */
export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Bounds;
  maximised: boolean;
}

export const MINIMUM = { width: 720, height: 480 };
export const DEFAULT = { width: 1280, height: 800 };

/** How much of the window must lie on a display for it to be found and moved with a mouse. */
const GRIP = { width: 120, height: 40 };

/** Null when there is none, or none that makes sense: then the window opens at its default. */
export function readWindowState(path: string): WindowState | null {
  try {
    return stateOf(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // First start, or damaged: where a window stood is not worth a message.
  }
}

/** Without a schema: the window would have to wait until the library of schemas is loaded. */
function stateOf(value: unknown): WindowState | null {
  if (!isRecord(value) || !isRecord(value['bounds'])) return null;
  const { maximised } = value;
  const { x, y, width, height } = value['bounds'];
  if (!isPixels(x) || !isPixels(y) || !isPixels(width) || !isPixels(height)) return null;
  return typeof maximised === 'boolean' ? { bounds: { x, y, width, height }, maximised } : null;
}

function isPixels(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Synchronous: it is called while the window closes. */
export function writeWindowState(path: string, written: WindowState): void {
  try {
    writeFileSync(path, `${JSON.stringify(written)}\n`, { mode: 0o600 });
  } catch (error) {
    console.warn('[window] its place could not be kept:', error);
  }
}

/**
 * The remembered bounds, if enough of the title bar lies on a display that is still there; else
 * null. Sizes are brought within the minimum and the display.
 */
export function placeOn(displays: readonly Bounds[], wanted: Bounds): Bounds | null {
  for (const display of displays) {
    const right = Math.min(wanted.x + wanted.width, display.x + display.width);
    const across = right - Math.max(wanted.x, display.x);
    const below = display.y + display.height - wanted.y;
    if (across < GRIP.width || below < GRIP.height || wanted.y < display.y) continue;
    return {
      x: wanted.x,
      y: wanted.y,
      width: Math.max(MINIMUM.width, Math.min(wanted.width, display.width)),
      height: Math.max(MINIMUM.height, Math.min(wanted.height, display.height)),
    };
  }
  return null;
}
