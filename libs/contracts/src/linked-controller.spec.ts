import { getEventListeners } from 'node:events';
import { LinkedController } from './linked-controller.js';

describe('LinkedController', () => {
  it('fires with its parent, for the same reason', () => {
    const parent = new AbortController();
    const { signal } = new LinkedController(parent.signal);
    expect(signal.aborted).toBe(false);
    parent.abort('enough');
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
  });

  it('has fired from the beginning where its parent has', () => {
    const { signal } = new LinkedController(AbortSignal.abort('enough'));
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
  });

  it('fires without its parent', () => {
    const parent = new AbortController();
    const linked = new LinkedController(parent.signal);
    linked.abort('slow');
    expect([linked.signal.reason, parent.signal.aborted]).toEqual(['slow', false]);
  });

  it.each([
    ['unlinked', (linked: LinkedController) => linked.unlink()],
    ['aborted', (linked: LinkedController) => linked.abort()],
  ])('leaves nothing with its parent once it is %s', (_, end) => {
    const { signal } = new AbortController();
    const linked = new LinkedController(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    end(linked);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
