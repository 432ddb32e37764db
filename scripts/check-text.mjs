import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, Problem, root } from './lib/project.mjs';
import { run } from './lib/run.mjs';

/** What must not stand in a file of this project. Written so that none matches its own line. */
const RULES = [
  { what: 'the address of a package registry', pattern: /\bregistry\.[\w-]+\.\w{2,}\b|^registry\s*=|_auth[T]oken/m },
  { what: 'a path of one machine', pattern: /(?<![\w.~-])\/(?:work|root|home)\/\w/ },
  { what: 'unfinished work', pattern: /\bT[O]DO\b|\bFIX[M]E\b|\bnot implement[e]d\b/ },
  {
    what: 'a focused or skipped test',
    only: /(?:spec|conformance)\.ts$/,
    pattern: /\b(?:describe|it|test)\.(?:only|skip|todo)\b|\b(?:xit|fit|xdescribe|fdescribe)\(/,
  },
  { what: 'the type any', only: /^libs\/contracts\/.*\.ts$/, pattern: /(?::|<|\bas)\s*any\b/ },
  { what: 'the address a package came from', only: /^package-lock\.json$/, pattern: /"resolved": "https?:/ },
];

main(async () => {
  const { code, output } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { quiet: true });
  if (code !== 0) throw new Problem('This check reads the list of files from git, which did not answer.');
  const problems = output.split('\0').filter(Boolean).flatMap(problemsOf);
  for (const problem of problems) console.log(problem);
  return problems.length === 0 ? 0 : 1;
});

function problemsOf(path) {
  const text = read(path);
  // Audio, pictures, and files that were deleted since.
  if (text === undefined || text.includes('\0')) return [];
  return RULES.filter(({ only, pattern }) => (only?.test(path) ?? true) && pattern.test(text)).map(({ what, pattern }) => {
    const line = text.slice(0, text.search(pattern)).split('\n').length;
    return `${path}:${line}: ${what}`;
  });
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
