import { inspect } from 'node:util';
import { ParlanceError } from '@parlance/contracts';
import { withoutWords } from './without-words.js';

const said = 'What somebody said in confidence';

describe('withoutWords', () => {
  it('has name, code and places of a failure and of what it came from, and no message', () => {
    const inner = Object.assign(new TypeError(`${said}\nin two lines`), { code: 'ECONNREFUSED', input: said });
    const outer = Object.assign(new RangeError(said, { cause: inner }), { status: 401 });
    const bare = withoutWords(outer);
    expect(bare).toMatchObject({ name: 'RangeError', status: 401, cause: { name: 'TypeError', code: 'ECONNREFUSED' } });
    expect(bare.stack).toMatch(/^RangeError\n +at .*without-words\.spec/);
    expect(inspect(bare, { depth: 10 })).not.toMatch(/confidence|two lines/);
  });

  it.each([said, { said, code: said }, null, undefined, 7, () => said])('has no words of what is no error: %p', (thrown) => {
    const bare = withoutWords(thrown);
    expect(bare.message).toBe('');
    expect(inspect(bare, { depth: 10 })).not.toContain('confidence');
  });

  it('has the message of one of ours, which has no words of others', () => {
    const bare = withoutWords(new ParlanceError('unavailable', 'Nobody can speak.', { cause: new Error(said) }));
    expect(bare).toMatchObject({ code: 'unavailable', message: 'Nobody can speak.' });
    expect(bare).toBeInstanceOf(ParlanceError);
    expect(inspect(bare, { depth: 10 })).not.toContain('confidence');
  });

  it('ends where causes lead back to where they began', () => {
    const round = new Error(said);
    round.cause = round;
    expect(inspect(withoutWords(round), { depth: 10 })).not.toContain('confidence');
  });
});
