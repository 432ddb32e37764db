import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { readFlags } from './lib/arguments.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { environmentFile, fieldTable, variableTables, withGenerated } from './lib/generated.mjs';
import { main, Problem, root } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';

const help = `npm run docs                  writes .env.example and the tables of docs/configuration.md from libs/configuration,
                              and those of docs/scaling.md from bench/simulate
npm run docs -- --check       says which of them are not what would be written; exit code 1 then`;

main(async () => {
  const { check } = readFlags(['check'], help);
  await ensureInstalled();
  await ensureBuilt();
  const wanted = await generate();
  const others = Object.entries(wanted).filter(([path, text]) => read(path) !== text);
  if (check) for (const [path] of others) console.log(`${path} is not what it is generated from says: npm run docs`);
  else for (const [path, text] of others) writeFileSync(join(root, path), text);
  if (!check) console.log(others.length === 0 ? 'Nothing has changed.' : `Written: ${others.map(([path]) => path).join(', ')}.`);
  return check && others.length > 0 ? 1 : 0;
});

/** The text of each file by its path. */
async function generate() {
  const { environmentGroups, fileFields } = await import('../dist/libs/configuration/src/index.js');
  const groups = environmentGroups();
  const configuration = 'docs/configuration.md';
  const withVariables = withGenerated(read(configuration), 'variables', variableTables(groups));
  return {
    '.env.example': environmentFile(groups, await vendorAccounts()),
    [configuration]: await formatted(configuration, withGenerated(withVariables, 'file', fieldTable(fileFields()))),
    ...(await scaling('docs/scaling.md')),
  };
}

/** What bench/simulate says, which is TypeScript that is not built. */
async function scaling(path) {
  const { code, output } = await runNode('--import', ['tsx', join(root, 'bench/simulate/run.ts'), '--plan'], { quiet: true });
  if (code !== 0) throw new Problem(`bench/simulate has failed.\n${output}`);
  const parts = Object.entries(JSON.parse(output));
  const text = parts.reduce((before, [name, content]) => withGenerated(before, name, content), read(path));
  return { [path]: await formatted(path, text) };
}

/** Those that variables can set up; a variable of several stands with the first. */
async function vendorAccounts() {
  const { accountsFromEnvironment, providerVariables } = await import('../dist/libs/providers/src/index.js');
  const listed = new Set();
  return accountsFromEnvironment({}).missing.map(({ name, variables: needs }) => {
    const own = providerVariables().filter(({ account, name: variable }) => account === name && !listed.has(variable));
    for (const { name: variable } of own) listed.add(variable);
    return { name, needs, variables: own.map(({ name: variable }) => variable) };
  });
}

async function formatted(path, text) {
  return prettier.format(text, { ...(await prettier.resolveConfig(join(root, path))), filepath: path });
}

/** Empty for a file that is not there. */
function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}
