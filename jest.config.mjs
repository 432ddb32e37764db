import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

// Jest (CJS) cannot require() ESM below Node 24.9: hand every installed "type": "module" package to swc
const root = import.meta.dirname;
function esmPackages(dir, out = new Set()) {
  const nm = join(dir, 'node_modules');
  if (!existsSync(nm)) return out;
  for (const d of readdirSync(nm)) {
    if (d.startsWith('.')) continue;
    for (const n of d.startsWith('@') ? readdirSync(join(nm, d)).map((x) => `${d}/${x}`) : [d]) {
      const f = join(nm, n, 'package.json');
      if (existsSync(f) && JSON.parse(readFileSync(f, 'utf8')).type === 'module') out.add(n);
      esmPackages(join(nm, n), out);
    }
  }
  return out;
}
// Nor can it import() from what it has not compiled.
const importing = ['@opentelemetry/otlp-exporter-base'];
const compiled = [...esmPackages(root), ...importing].toSorted();

const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];
const common = {
  rootDir: root,
  testEnvironment: '<rootDir>/scripts/lib/compile-once-environment.cjs',
  clearMocks: true,
  transform: { '^.+\\.(m?[jt]s)$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${compiled.join('|')})/)`],
  moduleNameMapper: { '^@parlance/([^/]+)$': '<rootDir>/libs/$1/src/index.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
export default {
  // Nothing here is about time, and machines differ: a limit only ends what hangs.
  testTimeout: 60_000,
  globalSetup: '<rootDir>/scripts/lib/build-for-tests.mjs',
  reporters: ['default', '<rootDir>/scripts/lib/summary-reporter.cjs'],
  testSequencer: '<rootDir>/scripts/lib/slow-first-sequencer.cjs',
  coverageProvider: 'v8',
  collectCoverageFrom: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts', '!**/main.ts', '!**/*.spec.ts', '!**/metadata.ts'],
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{apps,bench,libs}/**/*.spec.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
    // Costs money and needs keys: only by `npm run test:live`.
    ...(process.env['PARLANCE_TEST_LIVE'] === 'true'
      ? [{ ...common, displayName: 'live', testMatch: ['<rootDir>/test/live/*.live-spec.ts'] }]
      : []),
  ],
};
