/*
 * Texts made to deceive, for every place that shows what others wrote: markup, styles, templates,
 * controls, directions, half characters. None may do anything but be read.
 */

/** What each of them would set if it ran. */
export const CANARY_GLOBAL = 'wirebenchCanary';

const RUN = `globalThis.${CANARY_GLOBAL}=1`;

export const CANARIES: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><svg onload=${RUN}>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>parent.${CANARY_GLOBAL}=1</script>"></iframe>`,
  `<a href="javascript:${RUN}">x</a>`,
  `<object data="data:text/html,<script>${RUN}</script>"></object>`,
  `<embed src="javascript:${RUN}">`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`,
  `</style><script>${RUN}</script>`,
  `--></title></textarea><script>${RUN}</script>`,
  `<details open ontoggle=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `javascript:${RUN}`,
  `{{constructor.constructor('${RUN}')()}}`,
  '${' + RUN + '}',
  `{@html '<img src=x onerror=${RUN}>'}`,
  `<template shadowrootmode=open><script>${RUN}</script></template>`,
  '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
  'url(javascript:1);} * { display: none',
  '\u001b]8;;file:///etc/passwd\u0007click\u001b]8;;\u0007',
  '\u001b]52;c;ZWNobw==\u0007\u001b[2J\u001b[31m',
  'safe\u202egnp.exe',
  '\u2066\u2069\u200b\u200d\ufeff',
  'row\rRECV all well',
  'nul\u0000nul\u0001\u0008\u007f\u009b',
  '\ud800 half \udc00',
  "=cmd|'/C calc'!A0",
  '@SUM(1+1)*cmd|',
  '\u0410\u0301'.repeat(40),
];

/** A name for files, certificates and interfaces: it turns around, hides, colours and is markup. */
export const CANARY_NAME = 'safe\u202egnp\u001b[31m\u200b<img src=x>';

/**
 * What no text on the page may hold, in a word of its own and not the product's: it would turn the
 * rest of a line around, would not be seen, or would steer a terminal it is copied to.
 */
export const DECEIVING =
  '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff]|\\p{Cs}';

/** Elements that may only stand on the page where the app itself has put them. */
export const FOREIGN = 'script, iframe, object, embed, img, math, template, a[href^="javascript"]';
