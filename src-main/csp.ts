/**
 * The page's content security policy. Text of strangers is on screen all day, so nothing but the
 * bundle's own files can run, load or be talked to.
 *
 * `style-src-attr`: the component libraries place popovers by `style` attributes; without the rule
 * every opened menu and dialog is refused its place (tried with bits-ui 2.21). A style attribute
 * cannot run script, and with the other rules cannot fetch anything either. `style-src` needs no
 * such hole: nothing in use writes <style> elements.
 * `svelte-trusted-html` is the one Trusted Types policy Svelte makes, for its compiled templates;
 * `wirebench-worker` lets the worker that decodes be started, by its own address only.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html wirebench-worker',
].join('; ');
