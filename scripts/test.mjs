import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensurePrograms } from './lib/ensure-programs.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, program, root } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';

const help = `npm test                      installs and builds what is missing, then all checks and all tests
npm test -- libs/audio        only the tests under libs/audio, with any of Jest's own options`;

/**
 * Two for each core, as a worker waits for a third of its time: all tests took 11.2 minutes so on two cores, and 12.6 with
 * three. With many more, what waits for too little time fails.
 */
const WORKERS = Math.min(8, Math.max(2, availableParallelism() * 2));

main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  requireSupportedNode();
  await ensureInstalled();
  await ensurePrograms();
  const checked = args.length > 0 ? 0 : await check();
  const { code } = await runNode(program('jest', 'jest'), [`--maxWorkers=${WORKERS}`, ...args]);
  return checked || code;
});

/** All tests run even when a check fails: both are worth knowing. */
async function check() {
  await ensureBuilt();
  const { code } = await runNode(join(root, 'scripts', 'check.mjs'));
  return code;
}
