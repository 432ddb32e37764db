import { AbortedError } from './errors.js';
import { unlessAborted } from './unless-aborted.js';

const ignore = () => undefined;

describe('unlessAborted', () => {
  const setUp = () => {
    const controller = new AbortController();
    let settle: { resolve: (value: string) => void; reject: (error: Error) => void } = { resolve: ignore, reject: ignore };
    const promise = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
    const discarded: string[] = [];
    const result = unlessAborted(promise, controller.signal, (value) => void discarded.push(value));
    return { controller, settle, discarded, result };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('gives what the promise gives', async () => {
    const { settle, result, controller, discarded } = setUp();
    settle.resolve('done');
    await expect(result).resolves.toBe('done');
    controller.abort();
    await settled();
    expect(discarded).toEqual([]);
  });

  it('fails as the promise fails', async () => {
    const { settle, result } = setUp();
    settle.reject(new Error('its own'));
    await expect(result).rejects.toThrow('its own');
  });

  it('does not wait for a promise that takes no notice of the signal, and lets go of what it gives later', async () => {
    const { settle, result, controller, discarded } = setUp();
    controller.abort('the reason');
    await expect(result).rejects.toMatchObject({ code: 'aborted', cause: 'the reason' });
    settle.resolve('late');
    await settled();
    expect(discarded).toEqual(['late']);
  });

  it('takes a failure that comes later for nothing', async () => {
    const { settle, result, controller } = setUp();
    controller.abort();
    await expect(result).rejects.toThrow(AbortedError);
    settle.reject(new Error('nobody hears it'));
    await settled();
  });

  it('fails at once when the signal has fired before', async () => {
    const discarded: string[] = [];
    const result = unlessAborted(Promise.resolve('late'), AbortSignal.abort(), (value) => void discarded.push(value));
    await expect(result).rejects.toThrow(AbortedError);
    await settled();
    expect(discarded).toEqual(['late']);
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    await unlessAborted(Promise.resolve(1), controller.signal, ignore);
    await expect(unlessAborted(Promise.reject(new Error('no')), controller.signal, ignore)).rejects.toThrow('no');
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener));
  });
});
