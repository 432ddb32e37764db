import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Other people's software that is measured, by the folder that its packages are installed in. */
const FOLDERS = {
  portkey: '../peers/',
  'portkey-as-published': '../peers/portkey-as-published/',
  ai: '../peers/',
  mastra: '../peers/',
  livekit: '../peers/',
} as const;

export type Peer = keyof typeof FOLDERS;

/** Installs the packages of the peers that are not there. @returns those that can be measured */
export async function ensurePeers(): Promise<ReadonlySet<Peer>> {
  const outcomes = new Map<string, boolean>();
  for (const folder of new Set(Object.values(FOLDERS))) outcomes.set(folder, await ensureFolder(new URL(folder, import.meta.url)));
  return new Set((Object.keys(FOLDERS) as Peer[]).filter((peer) => outcomes.get(FOLDERS[peer]) === true));
}

async function ensureFolder(folder: URL): Promise<boolean> {
  if (await isInstalled(folder)) return true;
  const path = fileURLToPath(folder);
  console.error(`Installing what Parlance is compared with in ${path}; this takes a minute ...`);
  const problem = await install(path);
  if (problem === undefined) return true;
  console.error(`It could not be installed, and is left out: ${problem}`);
  return false;
}

/** Whether the packages that package.json names are there in exactly these versions. */
async function isInstalled(folder: URL): Promise<boolean> {
  const { dependencies } = await readJson<{ dependencies: Record<string, string> }>(new URL('package.json', folder));
  try {
    // npm writes this file last: an installation that was broken off has none.
    const { packages } = await readJson<{ packages: Record<string, { version: string }> }>(
      new URL('node_modules/.package-lock.json', folder),
    );
    return Object.entries(dependencies).every(([name, version]) => packages[`node_modules/${name}`]?.version === version);
  } catch {
    return false;
  }
}

async function readJson<Content>(file: URL): Promise<Content> {
  return JSON.parse(await readFile(file, 'utf8')) as Content;
}

/** @returns what went wrong */
async function install(cwd: string): Promise<string | undefined> {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], shell: process.platform === 'win32' });
  const complaints: Buffer[] = [];
  npm.stderr.on('data', (part: Buffer) => complaints.push(part));
  try {
    const [code] = (await once(npm, 'close')) as [number | null];
    // What follows is npm's own stack.
    return code === 0 ? undefined : `npm said: ${Buffer.concat(complaints).toString().split('\n').slice(0, 3).join('\n')}`;
  } catch (error) {
    return `npm cannot be started: ${(error as Error).message}`;
  }
}
