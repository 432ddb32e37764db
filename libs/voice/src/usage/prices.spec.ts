import { costOf } from './prices.js';
import type { Prices } from './usage.types.js';

const prices: Prices = {
  openai: {
    'tts-1': { perMillionCharacters: 15 },
    'whisper-1': { perMinute: 0.006 },
    '*': { perMillionInputTokens: 0.6, perMillionOutputTokens: 12 },
  },
  local: { '*': { perMillionCharacters: 0, perMinute: 0 } },
};

describe('costOf', () => {
  it.each([
    ['openai', 'tts-1', { characters: 2_000_000 }, 30],
    ['openai', 'whisper-1', { seconds: 90 }, 0.009],
    ['openai', 'gpt-4o-mini-tts', { characters: 100, inputTokens: 1_000_000, outputTokens: 500_000 }, 6.6],
    ['local', 'flite', { characters: 100 }, 0],
    // What used nothing costs nothing, whether or not its price is known.
    ['unknown', 'model', { requests: 5, cached: 5 }, 0],
    ['unknown', 'model', { characters: 1 }, null],
    ['openai', 'tts-1', { seconds: 1 }, null],
    ['openai', 'constructor', { characters: 1 }, null],
    ['constructor', 'name', { characters: 1 }, null],
  ])('%s/%s %j: %d', (provider, model, counts, cost) => {
    const found = costOf(prices, { provider, model }, counts);
    if (cost === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(cost, 9);
  });
});
