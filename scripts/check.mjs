import { join } from 'node:path';
import { readFlags } from './lib/arguments.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, program, root } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';

const help = `npm run check                 everything that can be known without running a test
npm run check -- --verbose    with the output of what passed, too`;

const script = (name) => join(root, 'scripts', name);

const build = { name: 'build', file: () => script('build.mjs'), args: [] };

/** In the order of what is worth knowing first, beside what takes longest. */
const CHECKS = [
  { name: 'format', file: () => program('prettier', 'prettier'), args: ['--check', '--log-level=warn', '.'] },
  { name: 'generated', file: () => script('generate-docs.mjs'), args: ['--check'] },
  { name: 'types', file: () => program('@typescript/native', 'tsc'), args: ['--noEmit'] },
  { name: 'console types', file: () => program('@typescript/native', 'tsc'), args: ['--noEmit', '-p', 'apps/console'] },
  { name: 'lint', file: () => program('oxlint', 'oxlint'), args: ['--type-aware'] },
  { name: 'layers', file: () => program('dependency-cruiser', 'depcruise'), args: ['apps', 'libs', 'examples/*/src'] },
  { name: 'unused code', file: () => program('knip', 'knip'), args: ['--no-progress'] },
  { name: 'licences', file: () => script('check-licences.mjs'), args: [] },
  { name: 'text', file: () => script('check-text.mjs'), args: [] },
];

/** Most of them keep one core busy. */
const AT_ONCE = 2;

main(async () => {
  const { verbose } = readFlags(['verbose'], help);
  requireSupportedNode();
  await ensureInstalled();
  const failed = [];
  const perform = async (checks) => {
    for (const check of checks) {
      const { code, output } = await timed(check);
      if (code !== 0) failed.push(check.name);
      if (code !== 0 || verbose) console.log(output.trimEnd());
    }
  };
  // The others read what it makes.
  await perform([build]);
  const waiting = CHECKS.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => perform(waiting)));
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`);
  return failed.length === 0 ? 0 : 1;
});

async function timed({ name, file, args }) {
  const begin = performance.now();
  const result = await runNode(file(), args, { quiet: true });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${result.code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(13)} ${seconds} s`);
  return result;
}
