import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

/** Each file of text again, compressed: the gateway sends what the browser takes, and compresses nothing itself. */
const compressed = {
  name: 'compressed',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const { fileName, type, code, source } of Object.values(bundle)) {
        if (!/\.(?:html|js|css|svg|md)$/.test(fileName)) continue;
        const text = Buffer.from(type === 'chunk' ? code : source);
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(text) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(text) });
      }
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the console lies wherever the gateway does, also below a path of a proxy.
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { alias: { '@parlance/contracts': join(import.meta.dirname, '../../libs/contracts/src/index.ts') } },
  plugins: [compressed],
  build: {
    outDir: '../../dist/apps/console',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing is written into the page: its policy allows no script in it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    reportCompressedSize: false,
  },
});
