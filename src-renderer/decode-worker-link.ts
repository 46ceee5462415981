import workerUrl from './decode-worker?worker&url';
import type { DecodeReply } from './state/decode-messages';
import type { DecodeWorker } from './state/decoding.svelte';

/** What of Trusted Types is used here; TypeScript's DOM does not have it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
  }
}

/** The one script besides the page's own that may run: csp.ts knows the policy by this name. */
const policy = window.trustedTypes?.createPolicy('wirebench-worker', {
  createScriptURL: (url) => {
    if (url === workerUrl) return url;
    throw new TypeError('Only the worker that decodes may be started');
  },
});

/** Starts the worker in which frames are decoded. */
export function startDecodeWorker(): DecodeWorker {
  const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  return {
    post: (request) => worker.postMessage(request),
    listen: (reply, failed) => {
      // Our own worker's messages: nothing else can speak there.
      worker.onmessage = (event: MessageEvent<DecodeReply>) => reply(event.data);
      worker.onerror = (event) =>
        failed(event.message || 'The decoding worker could not be loaded.');
    },
    end: () => worker.terminate(),
  };
}
