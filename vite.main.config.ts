import { defineConfig } from 'vite';

// The main process and the engine's process: ES modules for Node, with every dependency bundled but
// Electron itself.
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: 'out/main',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'src-main/main.ts',
        engine: 'src-main/engine/process.ts',
        'view-thread': 'src-main/engine/capture/scan/view-thread.ts',
      },
      external: ['electron', /^electron\/.+/],
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        // Beside the entries, so that import.meta.dirname is the same folder in all.
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});
