import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCacheKey, buildObjectKey } from '../object-key.js';
import { Retention } from '../retention/retention.js';
import { UrlSigner } from '../url-signer.js';
import { FilesystemObjectStore } from './filesystem-object-store.js';
import { ObjectDirectory } from './object-directory.js';
import { ObjectSweeper } from './object-sweeper.js';

const DAY = 24 * 60 * 60 * 1000;
const audio = { contentType: 'audio/ogg' };
const { signal } = new AbortController();
const monthly = new Retention({ days: 30 });

describe('ObjectSweeper', () => {
  let directory: string;
  let store: FilesystemObjectStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'object-sweeper-'));
    store = new FilesystemObjectStore({ directory, publicUrl: 'http://localhost' }, new UrlSigner('a secret of the tests'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const pathOf = (key: string) => join(directory, 'objects', `${key}~`);
  /** An object as it lies there days later. */
  const stored = async (age: number, { agent = 'a', kind = 'speech' as const, writtenLater = 0 } = {}): Promise<string> => {
    const date = new Date(Date.now() - age * DAY);
    const key = buildObjectKey({ kind, tenant: 'default', agent, date, upload: randomUUID(), extension: 'ogg' });
    await store.put(key, Buffer.from('audio'), audio);
    const written = new Date(date.getTime() + writtenLater * DAY);
    await utimes(pathOf(key), written, written);
    return key;
  };
  const keys = async (): Promise<string[]> => {
    const all: string[] = [];
    for await (const { key } of store.list('')) all.push(key);
    return all;
  };
  const sweeper = (retention = monthly, now = Date.now()) =>
    new ObjectSweeper({ objects: join(directory, 'objects'), incoming: join(directory, 'incoming') }, retention, signal, now);

  it('deletes what is older, and nothing else', async () => {
    const kept = [
      await stored(0),
      await stored(29),
      await stored(29, { kind: 'speech', agent: 'b' }),
      await stored(35, { writtenLater: 6 }),
    ];
    for (const age of [32, 33, 400]) await stored(age);
    await stored(40, { agent: 'gone' });
    await store.put('elsewhere/a.ogg', Buffer.from('audio'), audio);
    await utimes(pathOf('elsewhere/a.ogg'), 0, 0);
    expect(await sweeper().sweep()).toBe(4);
    expect(await keys()).toEqual([...kept, 'elsewhere/a.ogg'].toSorted());
    expect(await sweeper().sweep()).toBe(0);
  });

  it('deletes what the cache has stored by the rule for that', async () => {
    const keyOf = (age: number) => buildCacheKey({ tenant: 'acme', date: new Date(Date.now() - age * DAY), sha256: 'ab'.repeat(32) });
    for (const age of [0, 6, 9]) {
      await store.put(keyOf(age), Buffer.from('audio'), audio);
      await utimes(pathOf(keyOf(age)), new Date(), new Date(Date.now() - age * DAY));
    }
    const voice = await stored(9);
    expect(await sweeper().sweep()).toBe(0);
    expect(await sweeper(new Retention({ days: 30, cacheDays: 7 })).sweep()).toBe(1);
    expect(await keys()).toEqual([keyOf(6), keyOf(0), voice].toSorted());
  });

  it('goes by the agent’s own rule', async () => {
    const [short, long] = [await stored(3, { agent: 'short' }), await stored(3, { agent: 'long' })];
    await sweeper(new Retention({ days: 30, agents: [{ agent: 'short', days: 1 }] })).sweep();
    expect(await keys()).toEqual([long]);
    expect(await store.stat(short)).toBeUndefined();
  });

  it('removes directories that are empty, but for those of today', async () => {
    await stored(32);
    const today = await stored(0, { agent: 'today' });
    // As one that somebody is about to write into.
    await rm(join(directory, 'objects', `${today}~`));
    await sweeper().sweep();
    expect(await readdir(join(directory, 'objects/voice/speech/default'))).toEqual(['today']);
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  });

  it('does no more than it may, and the rest the next time', async () => {
    for (let number = 0; number < 5; number += 1) await stored(40);
    expect(await sweeper().sweep({ looks: 100, deletions: 2 })).toBe(2);
    expect(await sweeper().sweep({ looks: 1, deletions: 100 })).toBe(1);
    expect(await sweeper().sweep()).toBe(2);
    expect(await keys()).toEqual([]);
  });

  it('leaves alone what it does not know, and follows no link', async () => {
    await stored(40, { agent: 'real' });
    const agents = join(directory, 'objects/voice/speech/default');
    await mkdir(join(directory, 'outside/2020/01/01'), { recursive: true });
    await writeFile(join(directory, 'outside/2020/01/01/secret~'), 'secret');
    await symlink(join(directory, 'outside'), join(agents, 'linked'));
    await mkdir(join(agents, 'odd/20xx/01/01'), { recursive: true });
    await writeFile(join(agents, 'odd/20xx/01/01/a~'), 'x');
    await mkdir(join(agents, 'odd/2020/01/01/deeper'), { recursive: true });
    await writeFile(join(agents, 'odd/2020/01/01/no-object'), 'x');
    expect(await sweeper(monthly, Date.now() + 1000 * DAY).sweep()).toBe(1);
    expect(await readdir(join(directory, 'outside/2020/01/01'))).toEqual(['secret~']);
    expect((await readdir(join(agents, 'odd'))).toSorted()).toEqual(['2020', '20xx']);
    expect(await readdir(join(agents, 'odd/2020/01/01'))).toEqual(['deeper', 'no-object']);
  });

  it('keeps an object that is written anew while its time is found to be over', async () => {
    const key = await stored(40);
    const fresh = join(directory, 'fresh');
    await writeFile(fresh, 'new');
    const old = sweeper();
    // What lies there is old when it is looked at, and new when it is taken away.
    const remove = old['remove'].bind(old);
    jest.spyOn(old as unknown as { remove: typeof remove }, 'remove').mockImplementation(async (path, day) => {
      await rename(fresh, path);
      return remove(path, day);
    });
    expect(await old.sweep()).toBe(0);
    expect(await readdir(join(pathOf(key), '..'))).toHaveLength(1);
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  });

  it('stops when it is told to', async () => {
    await stored(40);
    const controller = new AbortController();
    controller.abort();
    await expect(store.expire(monthly, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(await keys()).toHaveLength(1);
  });

  it('takes the directory from under a write, which makes it again', async () => {
    const files = new ObjectDirectory(directory);
    const temporary = await files.temporaryPath();
    await writeFile(temporary, 'finished');
    let taken = 0;
    await files.place(temporary, 'a/b/c', () => {
      if (taken < 3) rmSync(join(directory, 'objects/a'), { recursive: true });
      taken += 1;
    });
    expect(taken).toBe(4);
    expect(await readdir(join(directory, 'objects/a/b'))).toEqual(['c~']);
    await expect(files.place(temporary, 'a/b/d', () => undefined)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes nothing from those who write at the same time, however many sweep', async () => {
    // Their day is over, so that every directory that is empty for a moment is removed.
    const daily = new Retention({ days: 1 });
    const writing = new AbortController();
    const sweeps = [1, 2].map(async () => {
      while (!writing.signal.aborted) await sweeper(daily).sweep();
    });
    const written = await Promise.all(
      Array.from({ length: 40 }, async (_unused, number) => {
        const key = buildObjectKey({
          kind: 'speech',
          tenant: 'default',
          agent: `a${number % 5}`,
          date: new Date(Date.now() - 3 * DAY),
          upload: randomUUID(),
          extension: 'ogg',
        });
        await store.put(key, Buffer.from('audio'), audio);
        return key;
      }),
    );
    writing.abort();
    await Promise.all(sweeps);
    expect((await keys()).toSorted()).toEqual(written.toSorted());
  });
});
