import { ProviderFactory } from './provider-factory.js';
import { describeRetirement } from './retirements.js';

const retirements = [
  { vendor: 'openai', model: 'tts-1', retires: '2027-01-06', successor: 'another' },
  { vendor: 'openai', model: 'whisper-1', retires: '2026-02-26' },
  { vendor: 'elsewhere', model: 'gpt-transcribe', retires: '2026-02-26' },
];
const openai = { name: 'mine', provider: 'openai-compatible', options: { server: 'openai', apiKey: 'sk-x' } } as const;

describe('retiring models', () => {
  it('are those of configured accounts, the next to end first', async () => {
    const factory = new ProviderFactory({
      accounts: [openai, { name: 'local', provider: 'local', options: { espeak: false } }],
      retirements,
    });
    const retiring = factory.retiringModels(new Date('2026-11-23T12:00:00Z'));
    expect(retiring.map(({ account, model, daysLeft }) => [account, model, daysLeft])).toEqual([
      ['mine', 'whisper-1', -271],
      ['mine', 'tts-1', 43],
    ]);
    expect(retiring.map((one) => describeRetirement(one))).toEqual([
      'The model mine/whisper-1 was shut down by its vendor on 2026-02-26.',
      'The model mine/tts-1 will be shut down by its vendor on 2027-01-06, in 43 days. Its successor is another.',
    ]);
    await factory.close();
  });
});
