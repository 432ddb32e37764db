import { deleteForAll, tiersOf, type CacheTiers } from '@parlance/cache';
import { CacheStore } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { inSpan } from '../observation/spans.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { decodeEntry, encodeEntry, encodeReference } from './cache-entry.js';
import { CacheObjects, type CacheObjectsStatistics } from './cache-objects.js';

export interface Remembered<Head> {
  head: Head;
  body: Uint8Array;
}

/** Who made an entry, for whom, and how long it is kept. */
export interface Owner {
  provider: string;
  tenant: string;
  agent?: string | undefined;
  /** Default: the service's. */
  ttlSeconds?: number | undefined;
}

/** What is no longer to be answered with: one entry, or all that a provider has made, or all made for an agent. */
export interface Forgotten {
  /** As the trace has it. */
  key?: string;
  provider?: string;
  agent?: string;
  /** Whose agent; default `default`. */
  tenant?: string;
}

/** What the cache has done since the process started. */
export interface CacheReport extends CacheTiers {
  /** Where large bodies lie; `undefined` where none do. */
  objects: CacheObjectsStatistics | undefined;
  /** Entries that were found and of no use: damaged, of another version, or without the object they point to. */
  stale: number;
}

/** Results as cache entries: a head that says what the bytes are, and the bytes. */
@Injectable()
export class VoiceCache {
  private readonly ttlSeconds: number;
  private readonly sharing: ReadonlySet<string>;
  /** What is in memory was whole when it came there: its checksum and head are read once. */
  private readonly lent = new WeakMap<Uint8Array, Remembered<unknown>>();
  private stale = 0;

  constructor(
    @Inject(CacheStore) private readonly store: CacheStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
    private readonly objects: CacheObjects,
  ) {
    this.ttlSeconds = options.cacheTtlSeconds ?? 86_400;
    this.sharing = new Set(options.sharedCacheTenants);
  }

  /** Whose entries a tenant is answered with: its own, or (`null`, which is nobody's name) those of all that share. */
  scopeOf(tenant: string): string | null {
    return this.sharing.has('*') || this.sharing.has(tenant) ? null : tenant;
  }

  /**
   * One round trip to the cache; what is of no use counts as absent. Of what lies in the object store at most one body is
   * read, that of the first key of which anything is known: what comes behind it would not be served anyway. It is read
   * each time, also when memory has the entry, whose bytes are for many small ones.
   * @param keys best first
   */
  async find<Head>(keys: readonly string[]): Promise<Map<string, Remembered<Head>>> {
    if (keys.length === 0) return new Map();
    return inSpan('cache get', { 'parlance.cache.keys': keys.length }, async (span) => {
      const found = await this.read<Head>(keys);
      span.setAttribute('parlance.cache.found', found.size);
      return found;
    });
  }

  /** What memory has of a whole entry, at once and without a copy: its bytes are to be read only. `undefined`: see `find`. */
  lend<Head>(key: string): Remembered<Head> | undefined {
    const entry = this.store.lend?.(key);
    if (entry === undefined) return undefined;
    const known = this.lent.get(entry) as Remembered<Head> | undefined;
    if (known !== undefined) return known;
    const decoded = decodeEntry<Head>(entry);
    if (decoded === undefined || 'stored' in decoded) return undefined;
    this.lent.set(entry, decoded);
    return decoded;
  }

  private async read<Head>(keys: readonly string[]): Promise<Map<string, Remembered<Head>>> {
    const found = new Map<string, Remembered<Head>>();
    const entries = await this.store.getMany(keys);
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined) continue;
      const decoded = decodeEntry<Head>(entry);
      if (decoded !== undefined && 'stored' in decoded && found.size > 0) continue;
      const body = decoded !== undefined && 'stored' in decoded ? await this.objects.read(decoded.stored) : decoded?.body;
      if (decoded === undefined || body === undefined) this.stale += 1;
      else found.set(keys[index]!, { head: decoded.head, body });
    }
    return found;
  }

  async keep(key: string, head: unknown, body: Uint8Array, owner: Owner): Promise<void> {
    const { provider, tenant, agent, ttlSeconds = this.ttlSeconds } = owner;
    const tags = [providerTag(provider), ...(agent === undefined ? [] : [agentTag(tenant, agent)])];
    await inSpan('cache put', { 'parlance.bytes': body.byteLength }, async () => {
      const stored = await this.objects.keep(body, owner, ttlSeconds);
      // What the object store does not take is kept whole: it has been paid for, and the cache can hold it for a while.
      const entry = stored === undefined ? encodeEntry(head, body) : encodeReference(head, stored);
      await this.store.set(key, entry, ttlSeconds, tags);
    });
  }

  /**
   * Deletes what fits all that is given. Objects stay where they are: nobody finds them without their entry, and the
   * store's retention deletes them.
   * @returns how many entries are gone
   * @throws ParlanceError `unavailable` where other processes still have them
   */
  async forget({ key, provider, agent, tenant = 'default' }: Forgotten): Promise<number> {
    if (key !== undefined) {
      const [known] = await this.store.getMany([key]);
      await deleteForAll(this.store, { key });
      return known === undefined ? 0 : 1;
    }
    const tag = provider === undefined ? agentTag(tenant, agent ?? '') : providerTag(provider);
    return (await deleteForAll(this.store, { tag })).length;
  }

  async report(): Promise<CacheReport> {
    return { ...(await tiersOf(this.store)), objects: this.objects.statistics, stale: this.stale };
  }
}

function providerTag(provider: string): string {
  return `provider ${provider}`;
}

function agentTag(tenant: string, agent: string): string {
  return `agent ${JSON.stringify([tenant, agent])}`;
}
