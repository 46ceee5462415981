import './state/zod-jitless';
import { DecodeAnswerer } from './state/decode-answerer';
import type { DecodeReply, DecodeRequest } from './state/decode-messages';

/*
 * Where frames are decoded: beside the page, which goes on whatever the bytes are. The page ends it
 * when it does not answer. Nothing else can speak here: the worker is the page's own.
 */
const answerer = new DecodeAnswerer((reply) => {
  post(reply);
});
addEventListener('message', (event: MessageEvent<DecodeRequest>) => {
  answerer.take(event.data);
});
post({ kind: 'ready' });

function post(reply: DecodeReply): void {
  postMessage(reply);
}
