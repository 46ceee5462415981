import { defineConfig } from 'vite';

// A sandboxed preload cannot be an ES module and cannot require files: one CommonJS bundle, named
// .cjs because package.json says "type": "module".
export default defineConfig({
  publicDir: false,
  build: {
    target: 'chrome130',
    outDir: 'out/preload',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    lib: { entry: 'src-preload/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: {
      external: ['electron'],
      output: { codeSplitting: false },
    },
  },
});
