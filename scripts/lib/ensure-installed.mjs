import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, readJson, root } from './project.mjs';
import { runNpm } from './run.mjs';

/** npm writes this as the last thing of an installation: a broken-off one has none. */
const INSTALLED = join('node_modules', '.package-lock.json');

/** Installs the packages of package-lock.json unless exactly they are there. */
export async function ensureInstalled() {
  const reason = whyNotInstalled();
  if (reason === undefined) return;
  console.error(`Installing packages (${reason}); this takes a minute ...`);
  const { code } = await runNpm(['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']);
  if (code !== 0) throw new Problem('The packages could not be installed. See what npm says above; is there a connection to the registry?');
}

/** What is missing or different, or undefined. */
export function whyNotInstalled() {
  if (!existsSync(join(root, INSTALLED))) return 'none are there';
  return firstDifference(readJson('package-lock.json').packages, readJson(INSTALLED).packages);
}

/**
 * @param {Record<string, object>} wanted `packages` of the lock file
 * @param {Record<string, object>} present `packages` of what npm says it installed
 */
export function firstDifference(wanted, present) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link === true) continue;
    const found = present[path];
    if (found === undefined && (!entry.optional || isForThisMachine(entry))) return `${path.replace('node_modules/', '')} is missing`;
    if (found !== undefined && found.version !== entry.version) return `${path.replace('node_modules/', '')} is another version`;
  }
  return undefined;
}

/** Whether npm would install this optional package here. What depends on the C library is left to npm. */
function isForThisMachine({ os, cpu, libc }) {
  if (os === undefined && cpu === undefined) return false;
  return libc === undefined && allows(os, process.platform) && allows(cpu, process.arch);
}

function allows(list, value) {
  if (list === undefined) return true;
  return list.includes(value) || (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`));
}
