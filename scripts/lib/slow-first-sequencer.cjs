const { default: Sequencer } = require('@jest/test-sequencer');

/** Where tests mostly wait, for time limits and for processes, and take long for it. */
const SLOW = ['/test/chaos/', '/test/e2e/', '/test/scripts/', '/test/console/'];

const rank = ({ path }) => {
  const index = SLOW.findIndex((folder) => path.includes(folder));
  return index === -1 ? SLOW.length : index;
};

/** Begins with what takes longest, so that no worker is left alone with it at the end. */
module.exports = class SlowFirstSequencer extends Sequencer {
  sort(tests) {
    // Jest's own method, which is not that of arrays.
    // oxlint-disable-next-line unicorn/no-array-sort
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
