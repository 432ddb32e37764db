import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { ObjectStore } from '@parlance/contracts';
import { FilesystemObjectStore } from './filesystem/filesystem-object-store.js';
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
});
