import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  worker: { format: 'es' },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    target: 'chrome130',
    outDir: '../out/renderer',
    emptyOutDir: true,
    sourcemap: true,
    // Packaged files are local: small assets inlined as data: URLs would only force a wider content
    // security policy. The same goes for the polyfill, an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // All that the first frame needs is one file, in the order of the imports: a page that waits for
        // a dozen small ones waits longer. The schemas are part of it: one that a late part of the
        // window shares would else be made before zod has been told not to compile, which the page's
        // policy reports.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'] },
            {
              name: 'first',
              test: /[\\/](zod|zod-jitless\.ts|src-shared[\\/]contract)([\\/]|$)/,
            },
          ],
        },
      },
    },
  },
});
