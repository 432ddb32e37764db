import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/** Programs that some tests run against, and the Debian packages they come in. */
const PROGRAMS = { ffmpeg: 'ffmpeg', 'espeak-ng': 'espeak-ng' };

/** Installs what is missing where that is possible without asking; says what to install elsewhere. */
export async function ensurePrograms() {
  const missing = Object.keys(PROGRAMS).filter((name) => !isOnPath(name));
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name]);
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.log(`Installing ${packages.join(' and ')} ...`);
    if ((await install(packages)) || ((await aptGet(['update'])) && (await install(packages)))) return;
  }
  console.log(
    `Not installed: ${missing.join(', ')}. Tests that need them do not run, or fail where CI is set. Debian: apt-get install ${packages.join(' ')}`,
  );
}

function install(packages) {
  return aptGet(['install', '-y', '--no-install-recommends', ...packages]);
}

async function aptGet(args) {
  // dpkg wants the system's own folders, which an ordinary path may lack.
  const PATH = [process.env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(delimiter);
  const env = { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive' };
  return (await run('apt-get', ['-q', ...args], { quiet: true, env })).code === 0;
}

function isOnPath(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((file) => existsSync(join(folder, file))));
}
