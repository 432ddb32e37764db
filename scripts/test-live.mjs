import { readFlags } from './lib/arguments.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, program } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';

const help = `npm run test:live             asks the real vendors whose keys are in the environment; costs a little money

Each account (OPENAI_API_KEY, DEEPGRAM_API_KEY, ...; see docs/providers.md) speaks in each of its formats and hears a short recording.`;

main(async () => {
  // What is misspelt must not cost money.
  readFlags([], help);
  requireSupportedNode();
  await ensureInstalled();
  await ensureBuilt();
  const { accountsFromEnvironment } = await import('../dist/libs/providers/src/index.js');
  const { accounts, missing } = accountsFromEnvironment(process.env);
  if (accounts.length === 0) {
    const variables = missing.map(({ name, variables: names }) => `  ${name}: ${names.join(', ')}`);
    console.log(`Nothing was asked: no vendor's key is in the environment. There are:\n${variables.join('\n')}`);
    return 0;
  }
  console.log(`Asking ${accounts.map(({ name }) => name).join(', ')} ...`);
  const env = { ...process.env, PARLANCE_TEST_LIVE: 'true' };
  const { code } = await runNode(program('jest', 'jest'), ['--selectProjects', 'live', '--maxWorkers=1'], { env });
  return code;
});
