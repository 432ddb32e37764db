import { AbortedError, NotFoundError, ParlanceError, throwIfAborted } from './errors.js';

describe('errors', () => {
  it('decides retryability by kind alone', () => {
    expect(new ParlanceError('rate', 'slow down').retryable).toBe(true);
    expect(new ParlanceError('auth', 'wrong key').retryable).toBe(false);
  });

  it('lists what is available and keeps the asked name short and on one line', () => {
    const error = new NotFoundError('voice', `a\n${'b'.repeat(200)}`, ['slt', 'rms']);
    expect(error.message).toBe(`There is no voice 'a ${'b'.repeat(62)}…'. Available: slt, rms.`);
  });

  it('says when nothing is configured, and nothing where there is no list to tell', () => {
    expect(new NotFoundError('voice', 'slt', []).message).toBe("There is no voice 'slt'. None is configured.");
    expect(new NotFoundError('object', 'a/b').message).toBe("There is no object 'a/b'.");
  });

  it('turns a fired signal into one error with the reason kept', () => {
    const reason = new Error('left');
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(AbortedError);
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    expect(new AbortedError(reason).cause).toBe(reason);
  });
});
