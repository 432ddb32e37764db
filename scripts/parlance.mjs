import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, root } from './lib/project.mjs';

// The command line from a checkout: `npm run --silent parlance -- say "Hello."`
main(async () => {
  requireSupportedNode();
  await ensureInstalled();
  await ensureBuilt();
  const program = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  // Files are named from where the caller stands, not from where npm runs its scripts.
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'close');
  return code ?? 1;
});
