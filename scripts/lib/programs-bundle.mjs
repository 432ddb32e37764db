import { join, relative } from 'node:path';
import { defineConfig } from 'vite';
import { PROGRAMS, root } from './project.mjs';

/*
 * The gateway, the command line and the packages they are made of, in a few files: Node takes a second to find and read thousands
 * of them. Files that threads are started from stay as they are compiled, beside it.
 */
const folder = join(root, 'dist', 'bundle');

/**
 * Programs, threads and files of their own; the one client of Redis that all who load it are to share; and what uses a part of
 * Node that is deprecated, of which Node warns outside node_modules.
 */
const NOT_BUNDLED = ['sherpa-onnx-node', 'pino', 'ioredis', 'bullmq', 'grammy'];

/** What lies beside a module is looked for where the module was. */
const whereItWas = {
  name: 'where-it-was',
  enforce: 'pre',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) => {
      // What the bundler adds is in no file.
      if (id.startsWith('\0')) return undefined;
      const url = JSON.stringify(relative(folder, id).replaceAll('\\', '/'));
      return { code: code.replaceAll('import.meta.url', `new URL(${url}, import.meta.url).href`), map: null };
    },
  },
};

export default defineConfig({
  root,
  publicDir: false,
  plugins: [whereItWas],
  // The files that Node itself would take: a package twice in two forms would be two packages.
  ssr: { noExternal: true, external: NOT_BUNDLED, resolve: { conditions: ['node'], mainFields: ['main'] } },
  build: {
    ssr: true,
    outDir: folder,
    target: 'node20',
    // Stacks are to be read.
    minify: false,
    rollupOptions: {
      input: PROGRAMS,
      output: { keepNames: true, strictExecutionOrder: true, entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
