import { steppedIndex } from './stepped-index.js';

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowDown', 2, 0],
  ['ArrowLeft', 0, 2],
  ['ArrowUp', 2, 1],
  ['Home', 2, 0],
  ['End', 0, 2],
  ['Enter', 1, undefined],
  ['Tab', 1, undefined],
])('%s leads from %d to %d of three', (key, from, to) => {
  expect(steppedIndex(key, from, 3)).toBe(to);
});

it('nothing leads anywhere where there is nothing', () => {
  expect(steppedIndex('End', 0, 0)).toBeUndefined();
});
