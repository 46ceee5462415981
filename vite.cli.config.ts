import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

// The command line for plain Node, and its thread that filters and frames. Needs no node_modules beside it.
export default defineConfig({
  publicDir: false,
  define: { WIREBENCH_VERSION: JSON.stringify(manifest.version) },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node20.19',
    outDir: 'out/cli',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        wirebench: 'src-main/cli/wirebench.ts',
        'view-thread': 'src-main/engine/capture/scan/view-thread.ts',
      },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        banner: '#!/usr/bin/env node',
      },
    },
  },
});
