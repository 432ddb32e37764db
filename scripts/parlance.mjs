import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, PROGRAMS } from './lib/project.mjs';

// The command line from a checkout: `npm run --silent parlance -- say "Hello."`
main(async () => {
  requireSupportedNode();
  await ensureInstalled();
  await ensureBuilt();
  // Files are named from where the caller stands, not from where npm runs its scripts.
  const child = spawn(process.execPath, [PROGRAMS.parlance, ...process.argv.slice(2)], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'close');
  return code ?? 1;
});
