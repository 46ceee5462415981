/*
 * Without a schema: the window's dialog, which is loaded late, needs no more of the contract, and a
 * schema shared with it would be made before the page has told zod not to compile.
 */

/** What rows can be written as; raw is the payloads of one direction, one after another. */
export const EXPORT_FORMATS = ['pcapng', 'hexdump', 'csv', 'jsonl', 'raw-rx', 'raw-tx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
