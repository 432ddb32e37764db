// The layers of docs/architecture.md: imports go down, siblings never import each other.
const layers = {
  'libs/configuration': ['channels', 'agent-runner', 'voice', 'providers', 'cache', 'storage', 'audio', 'contracts'],
  'libs/channels': ['agent-runner', 'voice', 'audio', 'storage', 'cache', 'contracts'],
  'libs/agent-runner': ['voice', 'cache', 'contracts'],
  'libs/voice': ['providers', 'cache', 'storage', 'audio', 'contracts'],
  'libs/providers': ['audio', 'contracts'],
  'libs/cache': ['contracts'],
  'libs/storage': ['contracts'],
  'libs/audio': ['contracts'],
  'libs/contracts': [],
  'libs/testing': ['contracts'],
};
const specs = '\\.(spec|e2e-spec)\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'libs-not-to-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'examples-use-libs',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: { path: '^(apps|bench|examples|test)/', pathNot: '^examples/$1/' },
    },
    { name: 'apps-isolated', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    {
      name: 'console-is-a-client',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: '^libs/', pathNot: '^libs/contracts/' },
    },
    ...Object.entries(layers).map(([from, allowed]) => ({
      name: `layer-${from.slice(5)}`,
      severity: 'error',
      from: { path: `^${from}/`, pathNot: [specs, '__fixtures__'] },
      to: { path: '^libs/', pathNot: [from, ...allowed.map((name) => `libs/${name}`)].map((path) => `^${path}/`) },
    })),
    {
      name: 'testing-for-specs-only',
      severity: 'error',
      from: { path: '^(apps|libs|examples)/', pathNot: [specs, '^libs/testing/', '__fixtures__'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'lib-public-api-only',
      severity: 'error',
      from: { path: '^(apps|libs|examples)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/$2/' },
    },
    {
      name: 'contracts-import-nothing',
      severity: 'error',
      from: { path: '^libs/contracts/src', pathNot: specs },
      to: { pathNot: '^libs/contracts/' },
    },
    {
      name: 'configuration-for-apps-only',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/configuration/' },
      to: { path: '^libs/configuration/' },
    },
    { name: 'libraries-without-prometheus', severity: 'error', from: { path: '^libs/' }, to: { path: 'node_modules/prom-client/' } },
    {
      name: 'tracing-sdk-only-where-it-is-loaded',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/gateway/src/tracing/tracing-sdk\\.ts$', specs, '__fixtures__'] },
      to: { path: 'node_modules/@opentelemetry/(?!api/)' },
    },
    {
      name: 'tracing-sdk-only-on-demand',
      severity: 'error',
      from: { path: '^apps/', pathNot: specs },
      to: { path: '^apps/gateway/src/tracing/tracing-sdk\\.ts$', dynamic: false },
    },
    {
      name: 'swagger-only-on-demand',
      severity: 'error',
      comment: 'Decorators come from api-description.ts: the package is loaded when the page /docs is first asked for.',
      from: { path: '^apps/', pathNot: specs },
      to: { path: 'node_modules/@nestjs/swagger/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    { name: 'audio-without-nest', severity: 'error', from: { path: '^libs/audio/' }, to: { path: 'node_modules/@nestjs/' } },
    {
      name: 'not-to-dev-dep',
      severity: 'error',
      // The console is bundled: what it is made of is needed while it is built.
      from: { path: '^(apps|libs|examples)/[^/]+/src', pathNot: [specs, '^libs/testing/', '__fixtures__', '^apps/console/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'no-orphans', severity: 'warn', from: { orphan: true, pathNot: '\\.(d|spec)\\.ts$' }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
