import { randomUUID } from 'node:crypto';
import {
  CEPH_PROGRAMS,
  CephServer,
  describeObjectLinks,
  describeObjectStore,
  describeWithProgram,
  describeWithS3,
  eventually,
  succeeds,
} from '@parlance/testing';
import { Client } from 'minio';
import { S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.js';

const audio = { contentType: 'audio/ogg' };
const bucket = `parlance-${randomUUID()}`;
const open: S3ObjectStore[] = [];
afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

function openStore(access: Pick<S3ObjectStoreOptions, 'endpoint' | 'accessKey' | 'secretKey'>, more: Partial<S3ObjectStoreOptions> = {}) {
  const { endpoint, accessKey, secretKey } = access;
  const store = new S3ObjectStore({ endpoint, accessKey, secretKey, region: 'us-east-1', bucket, ...more });
  open.push(store);
  return store;
}

async function bytesOf(store: S3ObjectStore, key: string): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of (await store.get(key)).chunks) all.push(chunk);
  return Buffer.concat(all);
}

describeWithS3((access) => {
  describeObjectStore('S3ObjectStore conformance', async () => ({ store: openStore(access()) }));
  describeObjectLinks('S3ObjectStore links', async () => ({ store: openStore(access()) }));

  describe('S3ObjectStore', () => {
    it('makes its bucket once, whoever comes first', async () => {
      const fresh = `parlance-${randomUUID()}`;
      const stores = [1, 2, 3].map(() => openStore(access(), { bucket: fresh }));
      await Promise.all(stores.flatMap((store) => [store.ping(), store.put('a', Buffer.from('x'), audio)]));
      expect((await bytesOf(stores[0]!, 'a')).toString()).toBe('x');
    });

    it('lists more than a page, and leaves out what others put there', async () => {
      const store = openStore(access(), { bucket: `parlance-${randomUUID()}` });
      const keys = Array.from({ length: 1003 }, (_unused, index) => `many/${String(index).padStart(4, '0')}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, Uint8Array.of(1), audio)));
      }
      const { hostname, port } = new URL(access().endpoint);
      const other = new Client({ ...access(), endPoint: hostname, port: Number(port), useSSL: false });
      for (const name of ['many/.hidden', 'many/0001 b', 'many/0002/']) await other.putObject(store.bucket, name, Buffer.from('x'));
      const listed: string[] = [];
      for await (const object of store.list('many/')) listed.push(object.key);
      expect(listed).toEqual(keys);
    });

    it('keeps what is larger than a part of the client in one piece', async () => {
      const store = openStore(access(), { maximumBytes: 80_000_000 });
      const large = Buffer.alloc(70_000_000, 'audio');
      await store.put('large', large, audio);
      expect((await bytesOf(store, 'large')).equals(large)).toBe(true);
      await expect(store.put('larger', Buffer.alloc(80_000_001), audio)).rejects.toMatchObject({ code: 'too_large' });
      await store.delete('large');
    });

    it('shows the object where its link is opened', async () => {
      const store = openStore(access());
      await store.put('shown.ogg', Buffer.from('audio'), audio);
      const { headers } = await fetch(await store.presignGet('shown.ogg', { expiresInSeconds: 60 }));
      expect(headers.get('content-disposition')).toBe('inline');
    });

    it.each([
      ['the secret', { secretKey: 'x'.repeat(40) }],
      ['the name of the key', { accessKey: 'nobody' }],
    ])('says that %s is wrong, and no more', async (_what, wrong) => {
      const store = openStore({ ...access(), ...wrong });
      for (const operation of [() => store.put('a', Buffer.from('x'), audio), () => store.get('a'), () => store.ping()]) {
        const failure: unknown = await operation().catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: expect.stringMatching(/^(?:auth|permission)$/), reason: 's3_refused' });
        expect(JSON.stringify([failure, String(failure), String((failure as Error).cause)])).not.toContain(access().accessKey);
      }
    });
  });
});

describeWithProgram(CEPH_PROGRAMS, () => {
  describe('S3ObjectStore, when the server fails', () => {
    let server: CephServer;
    let store: S3ObjectStore;
    let patient: S3ObjectStore;
    const large = Buffer.alloc(30_000_000, 'audio');
    beforeAll(async () => {
      server = await CephServer.start();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      store = openStore(server, { deadlineMilliseconds: 1000 });
      // While all is well the server may take its time.
      patient = openStore(server);
      await patient.put('large', large, audio);
      const reached = () => succeeds(store.put('reached', Buffer.from('x'), audio));
      await eventually(reached, 'The server was not reached.', 30_000);
    });

    const settled = async (work: Promise<unknown>) => (await work.catch((error: unknown) => error)) as object;

    it('rejects while it is silent, and works again when it is not', async () => {
      await server.pause();
      const outcomes = await Promise.all([
        settled(store.stat('large')),
        settled(store.put('small', Buffer.from('x'), audio)),
        settled(store.get('large')),
        // Of another object: the server may do it when it is awake again.
        settled(store.delete('reached')),
        settled(store.list('')[Symbol.asyncIterator]().next()),
        settled(store.ping()),
      ]);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 'timeout', reason: 's3_timeout' });
      // Made without asking the server.
      expect(await store.presignGet('large', { expiresInSeconds: 60 })).toContain('/large?');
      server.resume();
      expect((await bytesOf(patient, 'large')).equals(large)).toBe(true);
      await isBack();
    });

    /** A server that has just started is slow at times. */
    const isBack = () =>
      eventually(
        async () => ((await settled(store.stat('large'))) as { sizeBytes?: number }).sizeBytes === large.length,
        'The object is not there.',
        30_000,
      );

    it('rejects at once while it is gone, and works again when it is back', async () => {
      await server.kill();
      expect(await settled(store.stat('large'))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') });
      await server.restart();
      await isBack();
    });

    it('rejects a write that it dies in, and leaves the old object', async () => {
      const writing = settled(store.put('large', Buffer.alloc(200_000_000, 'other'), audio));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await server.kill();
      expect(await writing).toMatchObject({ code: expect.stringMatching(/^(?:unavailable|timeout)$/) });
      await server.restart();
      await isBack();
    });

    it('breaks off a read that it dies in', async () => {
      const { chunks } = await store.get('large');
      const iterator = chunks[Symbol.asyncIterator]();
      await iterator.next();
      await server.kill();
      const rest = async () => {
        while ((await iterator.next()).done !== true);
      };
      expect(await settled(rest())).toMatchObject({ code: expect.stringMatching(/^(?:unavailable|timeout)$/) });
      await server.restart();
    });

    it('breaks off a read that it falls silent in, however slow the reader was before', async () => {
      const { chunks } = await store.get('large');
      const iterator = chunks[Symbol.asyncIterator]();
      await iterator.next();
      await server.pause();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const rest = async () => {
        while ((await iterator.next()).done !== true);
      };
      expect(await settled(rest())).toMatchObject({ code: 'timeout' });
      server.resume();
    });

    it('ends a call whose caller leaves while it is silent', async () => {
      await server.pause();
      const controller = new AbortController();
      const waiting = [store.put('a', Buffer.from('x'), audio, controller.signal), store.stat('large', controller.signal)].map(settled);
      const early = openStore(server).stat('large', controller.signal);
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.abort();
      for (const outcome of await Promise.all([...waiting, settled(early)])) expect(outcome).toMatchObject({ code: 'aborted' });
      server.resume();
      const answers = () => succeeds(store.ping());
      await eventually(answers, 'It did not come back.', 30_000);
    });
  });
});
