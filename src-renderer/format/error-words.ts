import type { Remedy } from './error-text';

/** What is said of one code. */
export interface Words {
  sentence: string;
  /** One a line, the likeliest first. */
  causes: string;
  remedies: readonly Remedy[];
}

/** What the sentences name. */
export interface Filled {
  addr: string;
  host: string;
  port: string;
}

export function words(sentence: string, causes: string, remedies: readonly Remedy[]): Words {
  return { sentence, causes, remedies };
}
