import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/**
 * What some tests run against: programs, the Debian packages they come in, and the variable that names a server that
 * is there already and stands for them.
 */
const NEEDS = [
  { programs: ['curl'], packages: ['curl'] },
  { programs: ['ffmpeg'], packages: ['ffmpeg'] },
  { programs: ['espeak-ng'], packages: ['espeak-ng'] },
  { programs: ['openssl'], packages: ['openssl'] },
  { programs: ['kubectl'], packages: ['kubernetes-client'] },
  { programs: ['chromium'], packages: ['chromium'], note: 'chromium: 110 MB' },
  { programs: ['promtool'], packages: ['prometheus'], note: 'prometheus, of which only promtool is used' },
  { programs: ['redis-server'], packages: ['redis-server'], variable: 'PARLANCE_TEST_REDIS_URL' },
  {
    programs: ['ceph', 'ceph-mon', 'ceph-osd', 'radosgw'],
    packages: ['ceph-mon', 'ceph-osd', 'radosgw'],
    note: 'ceph: 79 MB',
    variable: 'PARLANCE_TEST_S3_ENDPOINT',
  },
];

/** Asked by Debian's packages before they start a service of their own; 101: do not. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what is missing where that is possible without asking; says what to install elsewhere. */
export async function ensurePrograms() {
  const needs = NEEDS.filter(({ variable }) => !process.env[variable ?? '']);
  const missing = await installPrograms(needs);
  if (missing.length === 0) return;
  const lacking = needs.filter(({ programs }) => programs.some((name) => missing.includes(name)));
  const packages = lacking.flatMap((need) => need.packages);
  const variables = lacking.flatMap(({ variable }) => variable ?? []);
  const instead = variables.length === 0 ? '' : ` Or name servers of yours: ${variables.join(', ')} (CONTRIBUTING.md).`;
  console.log(
    `Not installed: ${missing.join(', ')}. Tests that need them do not run, or fail where CI is set. Debian: apt-get install ${packages.join(' ')}.${instead}`,
  );
}

/**
 * Installs Debian's packages of programs that are missing, as root on Debian.
 * @param {readonly { programs: readonly string[], packages: readonly string[], note?: string }[]} needs
 * @returns the programs that are missing still
 */
export async function installPrograms(needs) {
  const lacking = needs.filter(({ programs }) => !programs.every(isOnPath));
  if (lacking.length > 0 && process.getuid?.() === 0 && isOnPath('apt-get')) {
    const packages = lacking.flatMap((need) => need.packages);
    const notes = lacking.flatMap(({ note }) => note ?? []);
    console.log(`Installing ${packages.join(', ')}${notes.length === 0 ? '' : ` (${notes.join(', ')})`} ...`);
    await withoutServices(() => installOrUpdate(packages));
  }
  return lacking.flatMap(({ programs }) => programs.filter((name) => !isOnPath(name)));
}

async function installOrUpdate(packages) {
  return (await install(packages)) || ((await aptGet(['update'])) && (await install(packages)));
}

/** The tests start servers of their own, on other ports: a package's service would only be in the way. */
async function withoutServices(work) {
  if (existsSync(POLICY)) return work();
  try {
    await writeFile(POLICY, '#!/bin/sh\nexit 101\n');
    await chmod(POLICY, 0o755);
    return await work();
  } finally {
    await rm(POLICY, { force: true });
  }
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
