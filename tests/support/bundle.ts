import { resolve } from 'node:path';
import { build } from 'vite';

/** Bundles one module of the product for plain Node, for tests that need it in another process. */
export async function bundleModule(entry: string, outDir: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20.18',
      outDir,
      emptyOutDir: false,
      rolldownOptions: {
        input: { module: resolve(import.meta.dirname, '../..', entry) },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  return resolve(outDir, 'module.mjs');
}
