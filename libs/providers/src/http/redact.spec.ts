import { redact } from './redact.js';

describe('redact', () => {
  const key = 'sk-abcd1234efgh5678';

  it.each([
    [`Incorrect API key provided: ${key}.`, 'Incorrect API key provided: ***.'],
    [
      'Incorrect API key provided: sk-a********5678. Find it at https://vendor.example/keys?token=1.',
      'Incorrect API key provided: *** Find it at (link)',
    ],
    ['two\nlines\u0007', 'two lines'],
    ['nothing to hide', 'nothing to hide'],
  ])('%j becomes %j', (message, clean) => {
    expect(redact(message, [key, undefined, 'abc'])).toBe(clean);
  });

  it('keeps what the request said to itself, and is short', () => {
    expect(redact('Text "my private words" is bad', ['my private words'])).toBe('Text "***" is bad');
    expect(redact('x'.repeat(1000), [])).toHaveLength(301);
  });
});
