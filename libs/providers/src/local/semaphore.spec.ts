import { abortable, Semaphore } from './semaphore.js';

const never = new AbortController().signal;

describe('Semaphore', () => {
  it('runs so many tasks at a time, in order', async () => {
    const semaphore = new Semaphore(2);
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const task = (name: string) => async () => {
      log.push(name);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => semaphore.run(task(name), never)));
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    expect(most).toBe(2);
  });

  it('drops a waiting task whose caller has left, and gives places back', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire(never);
    const controller = new AbortController();
    const dropped = semaphore.run(async () => 'ran', controller.signal);
    const kept = semaphore.run(async () => 'ran', never);
    controller.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'aborted' });
    release();
    release();
    await expect(kept).resolves.toBe('ran');
    await expect(semaphore.run(() => Promise.reject(new Error('failed')), never)).rejects.toThrow('failed');
    await expect(semaphore.run(async () => 'again', never)).resolves.toBe('again');
    await expect(semaphore.run(async () => 'ran', controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('abortable', () => {
  it('settles with the work, or leaves it behind', async () => {
    await expect(abortable(Promise.resolve(1), never)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('failed')), never)).rejects.toThrow('failed');
    const controller = new AbortController();
    const left = abortable(new Promise(() => {}), controller.signal);
    controller.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
  });
});
