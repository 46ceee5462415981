import { z } from 'zod';

export const GIB = 1024 ** 3;

/** Every key has a default, so that an older or partly damaged file still gives settings. */
export const settings = z.object({
  language: z.enum(['system', 'en', 'zh-CN']).catch('system').default('system'),
  theme: z.enum(['system', 'light', 'dark']).catch('system').default('system'),
  rowHeight: z.enum(['compact', 'comfortable']).catch('compact').default('compact'),
  showAs: z.enum(['hex', 'text', 'both']).catch('both').default('both'),
  captureLimitBytes: z
    .int()
    .min(GIB / 64)
    .catch(10 * GIB)
    .default(10 * GIB),
  wiresharkPath: z.string().max(4096).nullable().catch(null).default(null),
  sidebarOpen: z.boolean().catch(true).default(true),
  inspectorOpen: z.boolean().catch(true).default(true),
});
export type Settings = z.infer<typeof settings>;
