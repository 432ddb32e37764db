import * as fc from 'fast-check';
import { segmentsOf } from './segments.js';

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

describe('segmentsOf', () => {
  it('finds in a long text what the segmenter finds', () => {
    const words = fc.constantFrom('alpha', 'beta. ', 'Gamma, ', 'Dr. ', '"No!" ', '3.14 ', '1. ', 'e.g. ', '?! ', '... ', 'привет. ', '𝐀! ', '…'); // prettier-ignore
    const text = fc
      .tuple(fc.array(words, { maxLength: 40 }), fc.array(words, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 100 }))
      .map(([beginning, repeated, times]) => `${beginning.join('')}${repeated.join('').repeat(times)}`);
    fc.assert(
      fc.property(text, (whole) => {
        expect([...segmentsOf(whole, segmenter)]).toEqual([...segmenter.segment(whole)].map(({ segment }) => segment));
      }),
    );
  });

  it('leaves a long sentence whole', () => {
    const sentences = [`${'word '.repeat(5000)}word. `, `${'1'.repeat(5000)}. `, 'End.'];
    expect([...segmentsOf(sentences.join(''), segmenter)]).toEqual(sentences);
  });
});
