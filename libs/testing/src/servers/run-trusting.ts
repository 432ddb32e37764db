import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Certificate } from './certificate.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Runs a module in a process that trusts an authority: Node reads `NODE_EXTRA_CA_CERTS` only when it starts.
 * @param source TypeScript, which may import `@parlance/...` and `./...` of the folder
 * @param folder where the module is, so to speak
 * @returns what it printed
 * @throws Error with what it printed to stderr when it fails
 */
export async function runTrusting({ authorityFile }: Certificate, folder: string, source: string): Promise<string> {
  const env = { PATH: process.env['PATH'], TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'), NODE_EXTRA_CA_CERTS: authorityFile };
  const loader = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const args = ['--import', loader, '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: 60_000 });
  return stdout.trim();
}
