import { readFlags } from './lib/arguments.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main } from './lib/project.mjs';

const help = `npm run build                 compiles apps/, libs/ and examples/ into dist/, if they have changed
npm run build -- --force      compiles them in any case`;

main(async () => {
  const { force } = readFlags(['force'], help);
  requireSupportedNode();
  await ensureInstalled();
  const built = await ensureBuilt({ force });
  console.log(built ? 'Built into dist/.' : 'dist/ is up to date.');
});
