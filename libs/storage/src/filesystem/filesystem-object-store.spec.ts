import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeObjectStore } from '@parlance/testing';
import { Retention } from '../retention/retention.js';
import { UrlSigner } from '../url-signer.js';
import { FilesystemObjectStore } from './filesystem-object-store.js';

const audio = { contentType: 'audio/ogg' };
const signer = new UrlSigner('a secret of the tests');
const newDirectory = () => mkdtemp(join(tmpdir(), 'object-store-'));
const openStore = (directory: string, maximumBytes?: number) =>
  new FilesystemObjectStore(
    { directory, publicUrl: 'http://localhost:8080/', ...(maximumBytes === undefined ? {} : { maximumBytes }) },
    signer,
  );

async function bytesOf(store: FilesystemObjectStore, key: string): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of (await store.get(key)).chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

describeObjectStore('FilesystemObjectStore conformance', async () => {
  const directory = await newDirectory();
  return { store: openStore(join(directory, 'not', 'there', 'yet')), close: () => rm(directory, { recursive: true }) };
});

describe('FilesystemObjectStore', () => {
  let directory: string;
  let store: FilesystemObjectStore;
  beforeEach(async () => {
    directory = await newDirectory();
    store = openStore(directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const rights = async (path: string) => (await stat(join(directory, path))).mode % 0o1000;
  const incoming = () => readdir(join(directory, 'incoming'));

  it('keeps objects for the next process', async () => {
    await store.put('a/b.ogg', Buffer.from('audio'), audio);
    expect(await bytesOf(openStore(directory), 'a/b.ogg')).toBe('audio');
  });

  it('leaves nothing behind when a write is abandoned half-way, and the old object as it was', async () => {
    await store.put('a.ogg', Buffer.from('old'), audio);
    const controller = new AbortController();
    const writing = store.put('a.ogg', new Uint8Array(20_000_000), audio, controller.signal);
    while ((await incoming()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(writing).rejects.toMatchObject({ code: 'aborted' });
    expect(await incoming()).toEqual([]);
    expect(await bytesOf(store, 'a.ogg')).toBe('old');
  });

  it('refuses what is larger than allowed', async () => {
    await expect(openStore(directory, 10).put('a', new Uint8Array(11), audio)).rejects.toMatchObject({ code: 'too_large' });
    await expect(openStore(directory, 10).put('a', new Uint8Array(10), audio)).resolves.toMatchObject({ sizeBytes: 10 });
  });

  it('sweeps away what a dead process left, but not what another may be writing', async () => {
    await mkdir(join(directory, 'incoming'));
    await writeFile(join(directory, 'incoming', 'dead'), 'half');
    await writeFile(join(directory, 'incoming', 'alive'), 'half');
    await utimes(join(directory, 'incoming', 'dead'), 0, 0);
    await store.stat('a');
    expect(await incoming()).toEqual(['alive']);
  });

  it('sweeps away what a process left that died after this one was started, too', async () => {
    await store.put('a', Buffer.from('audio'), audio);
    await writeFile(join(directory, 'incoming', 'dead'), 'half');
    await writeFile(join(directory, 'incoming', 'alive'), 'half');
    await utimes(join(directory, 'incoming', 'dead'), 0, 0);
    await store.expire(new Retention({ days: 30 }), new AbortController().signal);
    expect(await incoming()).toEqual(['alive']);
  });

  it('says that a file is damaged instead of serving it', async () => {
    await store.put('a', Buffer.from('audio'), audio);
    const path = join(directory, 'objects', 'a~');
    const whole = await readFile(path);
    for (const damaged of [whole.subarray(0, -1), whole.subarray(20), Buffer.from('short'), Buffer.alloc(0)]) {
      await writeFile(path, damaged);
      await expect(store.get('a')).rejects.toMatchObject({ code: 'server', message: expect.stringContaining('damaged') });
    }
    await store.put('a', Buffer.from('again'), audio);
    expect(await bytesOf(store, 'a')).toBe('again');
  });

  it('breaks off a stream whose object was replaced before it was read, rather than mix two', async () => {
    await store.put('a', Buffer.from('one'), audio);
    const { chunks } = await store.get('a');
    await store.put('a', Buffer.from('two'), audio);
    await expect(chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'server' });
  });

  it('gives files to this user alone', async () => {
    await store.put('a', Buffer.from('audio'), audio);
    expect(await rights('objects')).toBe(0o700);
    expect(await rights('objects/a~')).toBe(0o600);
  });

  it('works again when the directory can be made again', async () => {
    const blocked = join(directory, 'blocked');
    await writeFile(blocked, 'a file in the way');
    const later = openStore(blocked);
    const failure = await later.put('a', Buffer.from('x'), audio).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'unavailable' });
    expect(failure instanceof Error && failure.message).not.toContain(directory);
    await rm(blocked);
    await expect(later.put('a', Buffer.from('x'), audio)).resolves.toMatchObject({ key: 'a' });
  });

  it('leaves no directory of what was deleted, and those of all else', async () => {
    await store.put('jobs/1/request', Buffer.from('x'), audio);
    await store.put('jobs/2/request', Buffer.from('x'), audio);
    await store.put('jobs/2/result', Buffer.from('x'), audio);
    for (const key of ['jobs/1/request', 'jobs/2/request']) await store.delete(key);
    expect(await readdir(join(directory, 'objects'), { recursive: true })).toEqual(['jobs', 'jobs/2', 'jobs/2/result~']);
    await store.delete('jobs/2/result');
    expect(await readdir(join(directory, 'objects'))).toEqual([]);
  });

  it('keeps everything that is stored while all beside it is deleted', async () => {
    await Promise.all(
      Array.from({ length: 200 }, async (_unused, number) => {
        await store.put(`jobs/1/${number}`, Buffer.from('x'), audio);
        if (number % 10 > 0) await store.delete(`jobs/1/${number}`);
      }),
    );
    const keys: string[] = [];
    for await (const { key } of store.list('jobs/')) keys.push(key);
    expect(keys).toHaveLength(20);
  });

  it.each(['.', 'objects', 'incoming'])('makes the directory again that was removed while it was used (%s)', async (removed) => {
    const data = join(directory, 'data');
    const used = openStore(data);
    await used.put('a/b', Buffer.from('one'), audio);
    await rm(join(data, removed), { recursive: true });
    await used.put('a/b', Buffer.from('two'), audio);
    expect(await bytesOf(used, 'a/b')).toBe('two');
  });

  describe('never leaves its directory', () => {
    beforeEach(async () => {
      await mkdir(join(directory, 'outside', 'deeper'), { recursive: true });
      const elsewhere = openStore(join(directory, 'elsewhere'));
      await elsewhere.put('secret', Buffer.from('secret'), audio);
      await store.put('inside', Buffer.from('inside'), audio);
      await symlink(join(directory, 'elsewhere', 'objects'), join(directory, 'objects', 'linked'));
      await symlink(join(directory, 'elsewhere', 'objects', 'secret~'), join(directory, 'objects', 'link~'));
      await symlink(join(directory, 'outside'), join(directory, 'objects', 'out'));
    });

    it.each(['linked/secret', 'link'])('does not read through the symbolic link in %p', async (key) => {
      await expect(store.get(key)).rejects.toMatchObject({ code: 'not_found' });
      expect(await store.stat(key)).toBeUndefined();
      await store.delete(key);
      expect(await bytesOf(openStore(join(directory, 'elsewhere')), 'secret')).toBe('secret');
    });

    it.each(['out/new', 'out/deeper/new', 'out/made/new'])('does not write through the symbolic link in %p', async (key) => {
      await expect(store.put(key, Buffer.from('x'), audio)).rejects.toMatchObject({ code: 'server' });
      expect(await readdir(join(directory, 'outside'), { recursive: true })).toEqual(['deeper']);
      expect(await incoming()).toEqual([]);
    });

    it('replaces a link at the place of an object by the object', async () => {
      await store.put('link', Buffer.from('mine'), audio);
      expect(await bytesOf(store, 'link')).toBe('mine');
      expect(await bytesOf(openStore(join(directory, 'elsewhere')), 'secret')).toBe('secret');
    });

    it('does not list what links lead to', async () => {
      const keys: string[] = [];
      for await (const object of store.list('')) keys.push(object.key);
      expect(keys).toEqual(['inside']);
    });
  });

  describe('links', () => {
    it.each([
      ['GET', 'presignGet'],
      ['PUT', 'presignPut'],
    ] as const)('for %s are accepted by the signer, under the public address', async (method, presign) => {
      const made = await store[presign]('voice/a.ogg', { expiresInSeconds: 60 });
      const link = new URL(typeof made === 'string' ? made : made.url);
      expect(link.origin + link.pathname).toBe('http://localhost:8080/objects/voice/a.ogg');
      expect(signer.verify(method, 'voice/a.ogg', Object.fromEntries(link.searchParams))).toBe('ok');
    });
  });
});
