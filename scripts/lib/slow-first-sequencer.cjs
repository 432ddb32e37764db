const { default: Sequencer } = require('@jest/test-sequencer');

/** Where tests mostly wait, for time limits and for processes, and take long for it. */
const SLOW = ['/test/chaos/', '/test/e2e/', '/test/console/', '/test/scripts/'];

/** So many of the others after each of them; some are left for the end, when no worker should be alone with a slow one. */
const BETWEEN = 4;

const rank = ({ path }) => {
  const index = SLOW.findIndex((folder) => path.includes(folder));
  return index === -1 ? SLOW.length : index;
};

/**
 * Begins with what takes longest, so that no worker is left alone with it at the end, and puts others between: several
 * gateways at once keep all cores busy, and those that wait for them leave all cores idle.
 */
module.exports = class SlowFirstSequencer extends Sequencer {
  sort(tests) {
    // Jest's own method, which is not that of arrays.
    // oxlint-disable-next-line unicorn/no-array-sort
    const sorted = super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
    const slow = sorted.filter((test) => rank(test) < SLOW.length);
    const others = sorted.slice(slow.length);
    const mixed = slow.flatMap((test, index) => [test, ...others.slice(index * BETWEEN, (index + 1) * BETWEEN)]);
    return [...mixed, ...others.slice(slow.length * BETWEEN)];
  }
};
