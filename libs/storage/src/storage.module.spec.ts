import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { ObjectStore } from '@parlance/contracts';
import { FilesystemObjectStore } from './filesystem/filesystem-object-store.js';
import { RemoteFiles } from './remote/remote-files.js';
import { Retention } from './retention/retention.js';
import { S3ObjectStore } from './s3/s3-object-store.js';
import { StorageModule } from './storage.module.js';
import { UrlSigner } from './url-signer.js';

describe('StorageModule', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'storage-module-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives the store and the signer of its links, with a secret of the directory', async () => {
    const module = await Test.createTestingModule({
      imports: [StorageModule.forRoot({ directory, publicUrl: 'http://localhost' })],
    }).compile();
    const store = module.get<ObjectStore>(ObjectStore);
    expect(store).toBe(module.get(FilesystemObjectStore));
    const link = new URL(await store.presignGet('a', { expiresInSeconds: 60 }));
    expect(module.get(UrlSigner).verify('GET', 'a', Object.fromEntries(link.searchParams))).toBe('ok');
    expect(await readdir(directory)).toEqual(['.signing-secret']);
    await module.close();
  });

  it('makes no secret when one is configured', async () => {
    const module = await Test.createTestingModule({
      imports: [StorageModule.forRoot({ directory, publicUrl: 'http://localhost', signingSecret: 'configured' })],
    }).compile();
    const query = { ...new UrlSigner('configured').sign('PUT', 'a', 60) };
    expect(module.get(UrlSigner).verify('PUT', 'a', query)).toBe('ok');
    expect(await readdir(directory)).toEqual([]);
    await module.close();
  });

  it('follows links of callers as it is configured', async () => {
    const module = await Test.createTestingModule({
      imports: [StorageModule.forRoot({ directory, publicUrl: 'http://localhost', remote: { allowedHosts: ['127.0.0.1:1'] } })],
    }).compile();
    const fetchFrom = (url: string) => module.get(RemoteFiles).fetch(url, { maximumBytes: 1, signal: new AbortController().signal });
    await expect(fetchFrom('https://127.0.0.1:1/')).rejects.toMatchObject({ code: 'server', param: 'url' });
    await expect(fetchFrom('https://127.0.0.1:2/')).rejects.toMatchObject({ code: 'invalid', param: 'url' });
    await module.close();
  });

  it('has what is too old deleted from the start on, where there is a retention', async () => {
    const expire = jest.spyOn(FilesystemObjectStore.prototype, 'expire');
    const soon = jest.spyOn(Math, 'random').mockReturnValue(0);
    for (const [retention, calls] of [
      [undefined, 0],
      [{ days: 7, agents: [{ agent: 'a', days: 1 }] }, 1],
    ] as const) {
      const options = { directory, publicUrl: 'http://localhost', ...(retention !== undefined && { retention }) };
      const module = await Test.createTestingModule({ imports: [StorageModule.forRoot(options)] }).compile();
      await module.init();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(expire).toHaveBeenCalledTimes(calls);
      expect(module.get(Retention).rules).toHaveLength(calls * 4);
      await module.close();
    }
    for (const spy of [expire, soon]) spy.mockRestore();
  });

  it('keeps objects in S3 where that is configured, and nothing in the directory', async () => {
    const s3 = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', bucket: 'bucket', accessKey: 'a', secretKey: 'b' };
    const module = await Test.createTestingModule({
      imports: [StorageModule.forRoot({ directory, publicUrl: 'http://localhost', maximumBytes: 10, s3 })],
    }).compile();
    const store = module.get<S3ObjectStore>(ObjectStore);
    expect(store).toBeInstanceOf(S3ObjectStore);
    expect(store).toMatchObject({ bucket: 'bucket', maximumBytes: 10 });
    expect(module.get(FilesystemObjectStore)).toBeDefined();
    expect(await readdir(directory)).toEqual([]);
    await module.close();
  });
});
