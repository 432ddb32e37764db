const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** By file. What a worker has compiled for one test file serves all that come after it. */
const compiled = new Map();

/** With this Jest compiles a module anew for every test file that loads it. */
const compileAnew = vm.compileFunction;

/** What the language has and no test replaces. Buffers are Node's, but as lasting. */
const LASTING = [
  'Array, ArrayBuffer, BigInt, Boolean, Buffer, DataView, Error, JSON, Map, Math, Number, Object, Promise, Proxy, RangeError',
  'Reflect, RegExp, Set, String, Symbol, TypeError, WeakMap, WeakSet',
  'Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array',
].join(', ');

/** By context. */
const lasting = new WeakMap();

function lastingIn(context) {
  const known = lasting.get(context) ?? vm.runInContext(`[${LASTING}]`, context);
  lasting.set(context, known);
  return known;
}

/** What is left out is Jest's `importModuleDynamically`, which only tells that Node lacks an option for `import()`. */
function compileOnce(source, parameters, options) {
  const { filename, parsingContext } = options;
  // A first line for the shell is only understood where nothing comes before it.
  if (parsingContext === undefined || source.startsWith('#!')) return compileAnew(source, parameters, options);
  let known = compiled.get(filename);
  if (known?.source !== source) {
    const begin = `(${LASTING}) => function (${parameters.join(', ')}) {`;
    // Failures name lines and columns of the file.
    known = { source, script: new vm.Script(`${begin}${source}\n}`, { filename, columnOffset: -begin.length }) };
    compiled.set(filename, known);
  }
  return known.script.runInContext(parsingContext)(...lastingIn(parsingContext));
}

/** What test files have kept through asynchronous calls: of every such storage each promise has a copy, up to Node 22. */
const storages = new Set();

for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function remembered(...given) {
    storages.add(this);
    return original.apply(this, given);
  };
}

/**
 * Node's. Every test file still runs its modules for itself, but they are not compiled again: that was 40 % of the
 * processor time of the specs that start the gateway (9.1 s of five, now 5.6 s). And what the language has are variables
 * around each module: as a global of a context it takes some 400 ns each time, as Node looks first whether somebody has
 * replaced it, which made a loop over samples a hundred times as slow as it is (27 s of an hour of audio, now 1).
 */
module.exports = class CompileOnceEnvironment extends TestEnvironment {
  constructor(configuration, context) {
    super(configuration, context);
    // Coverage is counted by places in what Jest itself has compiled.
    vm.compileFunction = configuration.globalConfig.collectCoverage ? compileAnew : compileOnce;
  }

  async teardown() {
    await super.teardown();
    // Those of a hundred files made what LangGraph does ten times as slow: 58 s for a test that takes 6 by itself.
    for (const storage of storages) storage.disable();
    storages.clear();
  }
};
