import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import type { CommandAnswer } from '../src-shared/contract/bridge';
import type { AppInfo } from '../src-shared/contract/app-info';
import { PLATFORMS } from '../src-shared/contract/platforms';
import type { Settings } from '../src-shared/contract/settings';
import type { Language } from './texts';
import { findWireshark, isProgram } from './wireshark';

/*
 * What the window shows its first frame with. No schema is needed for it here, so that none has to be
 * made before the page is asked for; the page checks what it is told, as ever.
 */

/** The settings as far as the window itself needs them before `SettingsStore` is there. */
export interface FirstSettings {
  readonly language: Settings['language'];
  readonly theme: Settings['theme'];
  readonly wiresharkPath: string | null;
  /** All that the file holds; the page makes settings of it, as the store does. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Synchronous: nothing can be shown before. What cannot be used is left for the store to tell. */
export function readFirstSettings(path: string): FirstSettings {
  const raw = readRecord(path);
  const { language, theme, wiresharkPath } = raw;
  return {
    language: language === 'en' || language === 'zh-CN' ? language : 'system',
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    wiresharkPath: typeof wiresharkPath === 'string' ? wiresharkPath : null,
    raw,
  };
}

function readRecord(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(value)) return value;
  } catch {
    // There is none, or it is damaged: the store sets it aside and says so.
  }
  return {};
}

/** What this process knows of the app and the computer; the rest comes from the settings. */
export interface Running {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly packaged: boolean;
  readonly systemLanguage: Language;
  readonly captureFolder: string;
}

/** Throws on a system that Electron is not made for. */
export function appInfo(running: Running, wiresharkPath: string | null): AppInfo {
  const platform = PLATFORMS.find((known) => known === process.platform);
  if (platform === undefined) throw new Error(`no window on ${process.platform}`);
  return {
    ...running,
    node: process.versions.node,
    platform,
    wireshark: wireshark(wiresharkPath),
    hostname: hostname(),
  };
}

/** Where Wireshark is on this computer, or null. */
export function wireshark(chosen: string | null): string | null {
  const { platform, env } = process;
  return findWireshark({ platform, env, home: homedir(), isProgram }, chosen);
}

/**
 * The answer to what a page asks before its first frame; null for every other command, and for one
 * with parameters that are none, which are refused where all are checked.
 */
export function firstAnswer(
  name: unknown,
  params: unknown,
  settings: FirstSettings,
  running: Running,
): CommandAnswer | null {
  if (!isRecord(params)) return null;
  if (name === 'getSettings') return { ok: true, result: settings.raw };
  if (name === 'appInfo') return { ok: true, result: appInfo(running, settings.wiresharkPath) };
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
