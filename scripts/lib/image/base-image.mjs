import { copyFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../project.mjs';
import { runNpm } from '../run.mjs';
import { succeed } from './containers.mjs';

const NAME = 'localhost/parlance-base';
/** The longest supported Node, and npm for the stage that builds. */
const PACKAGES = [`node-linux-${process.arch}@24`, 'npm@11'];
const AUTHORITIES = 'etc/ssl/certs/ca-certificates.crt';

/**
 * An image like Node's own, of Debian's packages and npm's alone: for machines that reach no registry of images.
 * @param {import('./containers.mjs').Containers} containers
 * @param {string} folder for what it is made of
 * @returns its name
 */
export async function makeBaseImage(containers, folder) {
  const system = join(folder, 'system');
  await succeed('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', system]);
  // The authorities that this machine trusts: there may be one of its own between it and the registry of packages.
  await copyFile(`/${AUTHORITIES}`, join(system, AUTHORITIES));
  await addNode(join(system, 'usr/local'), join(folder, 'packages'));
  const file = join(folder, 'Dockerfile.base');
  await writeFile(file, 'FROM scratch\nCOPY . /\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nCMD ["node"]\n');
  await containers.build({ name: NAME, file, context: system });
  return NAME;
}

async function addNode(target, packages) {
  await mkdir(packages);
  await writeFile(join(packages, 'package.json'), '{}');
  const { code, output } = await runNpm(['install', '--ignore-scripts', '--prefix', packages, ...PACKAGES], { quiet: true });
  if (code !== 0) throw new Problem(`Node could not be had from npm:\n${output}`);
  const modules = join(target, 'lib/node_modules');
  await mkdir(modules, { recursive: true });
  await rename(join(packages, 'node_modules', `node-linux-${process.arch}`, 'bin/node'), join(target, 'bin/node'));
  await rename(join(packages, 'node_modules/npm'), join(modules, 'npm'));
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(target, 'bin/npm'));
}
