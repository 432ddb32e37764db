import { webcrypto } from 'node:crypto';
import { ObjectStore, ParlanceError, type ErrorCode } from '@parlance/contracts';
import { buildCacheKey, Retention } from '@parlance/storage';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { inSpan } from '../observation/spans.js';
import { collect } from '../streams/async-streams.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { StoredBody } from './cache-entry.js';

/** What the object store has done for the cache since the process started. */
export interface CacheObjectsStatistics {
  /** Bodies that were read. */
  hits: number;
  /** Bodies that are gone, or are not what was stored. */
  misses: number;
  /** Bodies that could not be read or stored in time. */
  errors: number;
  bytesServed: number;
  bytesWritten: number;
}

/** The longest that a request waits for the object store because of the cache. */
const PATIENCE_MILLISECONDS = 2000;
/** How long it is left alone when it has failed: others need not wait to find that out. */
const PAUSE_MILLISECONDS = 5000;
/** These say something about one object, and nothing about the store. */
const OF_ONE_OBJECT: readonly ErrorCode[] = ['not_found', 'invalid', 'too_large'];

/** Bodies that are too large for the cache, in the object store. Nothing here rejects: the cache is never a reason to fail. */
@Injectable()
export class CacheObjects {
  private readonly largestInCache: number;
  private readonly counts = { hits: 0, misses: 0, errors: 0, bytesServed: 0, bytesWritten: 0 };
  /** Milliseconds of a clock that never goes back: the time of day may jump. */
  private awayUntil = 0;

  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
    @Optional() @Inject(Retention) private readonly retention?: Retention,
  ) {
    this.largestInCache = options.cacheObjectBytes ?? Number.POSITIVE_INFINITY;
  }

  /** `undefined`: nothing is stored here. */
  get statistics(): CacheObjectsStatistics | undefined {
    return this.largestInCache === Number.POSITIVE_INFINITY ? undefined : { ...this.counts };
  }

  /**
   * Stores a body that is large.
   * @returns where it lies; `undefined` for one that is to be kept in the cache itself, being small, or because the object
   * store is away or would delete it before its time
   */
  async keep(body: Uint8Array, owner: { tenant: string; agent?: string | undefined }, ttlSeconds: number): Promise<StoredBody | undefined> {
    if (body.byteLength <= this.largestInCache || this.isAway) return undefined;
    const date = new Date();
    const { tenant, agent } = owner;
    const sha256 = await sha256Of(body);
    // Named by its bytes: two processes that have made the same at the same time do not overwrite each other's.
    const object = buildCacheKey({ tenant, ...(agent !== undefined && { agent }), date, sha256 });
    const end = this.retention?.endOf({ key: object, createdAt: date }) ?? Number.POSITIVE_INFINITY;
    if (end < date.getTime() + ttlSeconds * 1000) return undefined;
    try {
      await inSpan('storage put', { 'parlance.bytes': body.byteLength }, () =>
        this.objects.put(object, body, { contentType: 'application/octet-stream' }, AbortSignal.timeout(PATIENCE_MILLISECONDS)),
      );
    } catch (error) {
      this.noteFailure(error);
      return undefined;
    }
    this.counts.bytesWritten += body.byteLength;
    return { object, size: body.byteLength, sha256 };
  }

  /** `undefined` when it is gone, is not what was stored, or cannot be had in time. */
  async read(stored: StoredBody): Promise<Uint8Array | undefined> {
    if (this.isAway) return undefined;
    try {
      const body = await inSpan('storage get', { 'parlance.bytes': stored.size }, () => this.bytesOf(stored));
      if (body === undefined) this.counts.misses += 1;
      else this.counts.hits += 1;
      this.counts.bytesServed += body?.byteLength ?? 0;
      return body;
    } catch (error) {
      this.noteFailure(error);
      return undefined;
    }
  }

  private async bytesOf({ object, size, sha256 }: StoredBody): Promise<Uint8Array | undefined> {
    const leaving = new AbortController();
    const timer = setTimeout(() => leaving.abort(), PATIENCE_MILLISECONDS);
    try {
      const found = await this.objects.get(object, undefined, leaving.signal);
      if (found.object.sizeBytes !== size) return undefined;
      const body = await collect(found.chunks);
      return (await sha256Of(body)) === sha256 ? body : undefined;
    } finally {
      clearTimeout(timer);
      // Gives back the connection of a body that was not read to its end.
      leaving.abort();
    }
  }

  private get isAway(): boolean {
    return performance.now() < this.awayUntil;
  }

  private noteFailure(error: unknown): void {
    const code = error instanceof ParlanceError ? error.code : 'server';
    if (code === 'not_found') this.counts.misses += 1;
    else this.counts.errors += 1;
    if (!OF_ONE_OBJECT.includes(code)) this.awayUntil = performance.now() + PAUSE_MILLISECONDS;
  }
}

/** Off the event loop. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
