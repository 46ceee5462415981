import { z } from 'zod';
import { PLATFORMS } from './platforms';

/** What the window knows of the app and the computer from its first frame on. */
export const appInfo = z.object({
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  platform: z.enum(PLATFORMS),
  packaged: z.boolean(),
  /** The language the system prefers, of those we have. */
  systemLanguage: z.enum(['en', 'zh-CN']),
  /** Where Wireshark is, or null: then "Open in Wireshark" says why it is off. */
  wireshark: z.string().nullable(),
  captureFolder: z.string(),
  /** What this computer is called: `{{hostname}}` in payloads. */
  hostname: z.string(),
});
export type AppInfo = z.infer<typeof appInfo>;
