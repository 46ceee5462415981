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
        // a dozen small ones waits longer. What keeps zod from compiling is part of it, and so has run
        // before a schema of a later file is made: the page's policy reports every try. The schemas of
        // the contract are one file too, loaded after the first frame; the words that only later parts
        // need are not in there, so that these do not wait for the schemas.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'] },
            { name: 'words', test: /[\\/]contract[\\/][\w-]+-(words|limits|formats)\.ts$/ },
            { name: 'contract', test: /[\\/]src-shared[\\/]contract[\\/]/ },
          ],
        },
      },
    },
  },
});
