import { z } from 'zod';
import { IN_ONE_FILE, recordingSplit } from './recording-split';

export const GIB = 1024 ** 3;

const values = {
  language: z.enum(['system', 'en', 'zh-CN']),
  theme: z.enum(['system', 'light', 'dark']),
  rowHeight: z.enum(['compact', 'comfortable']),
  showAs: z.enum(['hex', 'text', 'both']),
  captureLimitBytes: z.int().min(GIB / 64),
  recordingSplit,
  wiresharkPath: z.string().max(4096).nullable(),
  sidebarOpen: z.boolean(),
  inspectorOpen: z.boolean(),
};

/** Every key has a default, so that an older or partly damaged file still gives settings. */
export const settings = z.object({
  language: values.language.catch('system').default('system'),
  theme: values.theme.catch('system').default('system'),
  rowHeight: values.rowHeight.catch('compact').default('compact'),
  showAs: values.showAs.catch('both').default('both'),
  captureLimitBytes: values.captureLimitBytes.catch(10 * GIB).default(10 * GIB),
  recordingSplit: values.recordingSplit.catch(IN_ONE_FILE).default(IN_ONE_FILE),
  wiresharkPath: values.wiresharkPath.catch(null).default(null),
  sidebarOpen: values.sidebarOpen.catch(true).default(true),
  inspectorOpen: values.inspectorOpen.catch(true).default(true),
});
export type Settings = z.infer<typeof settings>;

/**
 * What the window may change. Without the defaults of `settings`: a partial of those would answer
 * one changed key with all the others reset. The window cannot name a program to run, so the path
 * of Wireshark can only be taken back here; it is set by `chooseWireshark`.
 */
export const settingsChange = z.strictObject({ ...values, wiresharkPath: z.null() }).partial();
export type SettingsChange = z.infer<typeof settingsChange>;
