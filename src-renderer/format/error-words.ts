import type { AppInfo } from '../../src-shared/contract/app-info';

/** What was being done when it failed; the same code means different things. */
export type Doing =
  'listen' | 'connect' | 'send' | 'receive' | 'record' | 'read-capture' | 'command';

/** What an error's sentence needs to know besides the error. */
export interface ErrorAbout {
  doing: Doing;
  /** `host:port` as shown, or the whole address where there is no better. */
  address: string | null;
  host: string | null;
  port: number | null;
  datagrams: boolean;
  /** A Unix socket or a named pipe: the same codes mean other things. */
  local: boolean;
  platform: AppInfo['platform'] | null;
}

/** Remedies the window can carry out; see `remedy-address.ts` for those that change an address. */
export type Remedy =
  | 'retry'
  | 'next-port'
  | 'any-port'
  | 'any-address'
  | 'longer'
  | 'edit'
  | 'options'
  | 'options-tls'
  | 'as-tcp'
  | 'unlink'
  | 'secrets'
  | 'certificates'
  | 'captures'
  | 'folder'
  | 'open-other';

export interface ErrorText {
  /** One sentence, what happened. */
  sentence: string;
  /** Likely reasons, the likeliest first. */
  causes: string[];
  remedies: readonly Remedy[];
  /** Name, call, address and number, as the system gave them. Not translated. */
  raw: string;
}

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
