import { CacheStore } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { decodeEntry, encodeEntry } from './cache-entry.js';

export interface Remembered<Head> {
  head: Head;
  body: Uint8Array;
}

/** Results as cache entries: a head that says what the bytes are, and the bytes. */
@Injectable()
export class VoiceCache {
  private readonly ttlSeconds: number;

  constructor(
    @Inject(CacheStore) private readonly store: CacheStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.ttlSeconds = options.cacheTtlSeconds ?? 86_400;
  }

  /** One round trip; damaged entries count as absent. */
  async find<Head>(keys: readonly string[]): Promise<Map<string, Remembered<Head>>> {
    const found = new Map<string, Remembered<Head>>();
    if (keys.length === 0) return found;
    const entries = await this.store.getMany(keys);
    for (const [index, entry] of entries.entries()) {
      const decoded = entry === undefined ? undefined : decodeEntry<Head>(entry);
      if (decoded !== undefined) found.set(keys[index]!, decoded);
    }
    return found;
  }

  async keep(key: string, head: unknown, body: Uint8Array): Promise<void> {
    await this.store.set(key, encodeEntry(head, body), this.ttlSeconds);
  }
}
