/// <reference types="svelte" />
/// <reference types="vite/client" />

import type { Bridge } from '../src-shared/contract/bridge';

declare global {
  interface Window {
    /** Put there by the preload; missing when the page is opened in a plain browser. */
    readonly wirebench?: Bridge;
  }
}
