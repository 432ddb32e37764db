import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hasProgram } from './programs.js';
import { machine } from './report.js';

/** The machine, and the versions of what Parlance is compared with. */
export async function surroundings(): Promise<string> {
  const manifest = await readFile(new URL('../peers/package.json', import.meta.url), 'utf8');
  const { dependencies, overrides } = JSON.parse(manifest) as Record<'dependencies' | 'overrides', Record<string, string>>;
  const peers = Object.entries({ ...dependencies, ...overrides }).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine()}, ${new Date().toISOString().slice(0, 10)}`,
    `${versionOf('nginx', '-v')}; ${versionOf('redis-server', '--version')}`,
    peers.join(', '),
  ].join('\n\n');
}

function versionOf(program: string, argument: string): string {
  if (!hasProgram(program)) return `no ${program}`;
  // nginx tells its version on stderr.
  const text = execFileSync('sh', ['-c', `${program} ${argument} 2>&1`], { encoding: 'utf8' });
  return `${program} ${/\d+(?:\.\d+)+/.exec(text)?.[0] ?? 'of an unknown version'}`;
}
