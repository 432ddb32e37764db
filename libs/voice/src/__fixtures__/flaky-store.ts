import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, ParlanceError, type ByteRange, type ObjectStore, type PutOptions, type StoredObject } from '@parlance/contracts';
import { FilesystemObjectStore, UrlSigner } from '@parlance/storage';

/** What is wrong with the store just now. */
export type StoreFault = 'none' | 'away' | 'silent' | 'full of rules';

/** A real store on the file system whose writes fail as they are told to, and its reads while it is away or silent. */
export class FlakyStore extends FilesystemObjectStore implements ObjectStore {
  fault: StoreFault = 'none';
  /** Fails, whatever becomes of others. */
  refusedKey: string | undefined;
  /** Every write that was tried. */
  readonly writes: string[] = [];
  /** Every read that was tried. */
  readonly reads: string[] = [];

  private constructor(readonly directory: string) {
    super({ directory, publicUrl: 'http://localhost' }, new UrlSigner('a secret of the tests'));
  }

  static async create(): Promise<FlakyStore> {
    return new FlakyStore(await mkdtemp(join(tmpdir(), 'flaky-store-')));
  }

  override async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    this.writes.push(key);
    if (this.fault === 'away' || key === this.refusedKey) throw new ParlanceError('unavailable', 'It is gone.', { reason: 's3_unavailable' });
    if (this.fault === 'full of rules') throw new ParlanceError('invalid', 'Not this one.', { param: 'metadata' });
    if (this.fault === 'silent') await untilLeft(signal);
    return super.put(key, bytes, options, signal);
  }

  override async get(key: string, range?: ByteRange, signal?: AbortSignal): ReturnType<ObjectStore['get']> {
    this.reads.push(key);
    if (this.fault === 'away') throw new ParlanceError('unavailable', 'It is gone.', { reason: 's3_unavailable' });
    if (this.fault === 'silent') await untilLeft(signal);
    return super.get(key, range, signal);
  }

  async keys(): Promise<string[]> {
    const all: string[] = [];
    for await (const { key } of this.list('')) all.push(key);
    return all;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}

function untilLeft(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new AbortedError(signal.reason)), { once: true });
  });
}
