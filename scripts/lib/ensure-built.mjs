import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, program, PROGRAMS, root } from './project.mjs';
import { runNode } from './run.mjs';

const STAMP = join(root, 'dist', '.parlance-build');
const CONSOLE = join(root, 'dist', 'apps', 'console', 'index.html');
const BUNDLE = Object.keys(PROGRAMS).map((name) => join(root, 'dist', 'bundle', `${name}.js`));
const BUNDLE_CONFIGURATION = join('scripts', 'lib', 'programs-bundle.mjs');
const FOLDERS = ['apps', 'libs', 'examples'];
const FILES = ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', BUNDLE_CONFIGURATION];

/** Builds into dist/ unless what is there was made from exactly these sources. */
export async function ensureBuilt({ force = false } = {}) {
  const sources = hashSources();
  if (!force && isBuiltFrom(sources)) return false;
  console.error('Building ...');
  // In this order: the first empties dist/.
  await build(program('@nestjs/cli', 'nest'), ['build', 'gateway'], Object.values(PROGRAMS));
  await build(program('vite', 'vite'), ['build', join('apps', 'console'), '--logLevel=warn'], [CONSOLE]);
  await build(program('vite', 'vite'), ['build', '--config', BUNDLE_CONFIGURATION, '--logLevel=warn'], BUNDLE);
  // Whoever starts a program starts this file, however it is built.
  for (const [name, file] of Object.entries(PROGRAMS)) {
    writeFileSync(file, `#!/usr/bin/env node\nimport '../../../bundle/${name}.js';\n`);
  }
  writeFileSync(STAMP, sources);
  return true;
}

async function build(file, args, results) {
  const { code, output } = await runNode(file, args, { quiet: true });
  if (code !== 0 || !results.every((result) => existsSync(result))) throw new Problem(`The build failed:\n${output}`);
}

function isBuiltFrom(sources) {
  return (
    [...Object.values(PROGRAMS), CONSOLE, ...BUNDLE, STAMP].every((file) => existsSync(file)) && readFileSync(STAMP, 'utf8') === sources
  );
}

/** By content, not by time: a checkout of another branch and back needs no build. */
function hashSources() {
  const hash = createHash('sha256').update(process.version);
  const paths = FOLDERS.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)));
  for (const path of [...paths.filter(isSource).toSorted(), ...FILES]) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function isSource(path) {
  return /\.(?:tsx?|mjs|json|html|css|svg)$/.test(path) && !/\.(?:spec|e2e-spec)\.ts$|__fixtures__/.test(path);
}
