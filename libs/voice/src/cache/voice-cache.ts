import { CacheStore } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { decodeEntry, encodeEntry } from './cache-entry.js';

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

  async keep(key: string, head: unknown, body: Uint8Array, { provider, tenant, agent, ttlSeconds }: Owner): Promise<void> {
    const tags = [providerTag(provider), ...(agent === undefined ? [] : [agentTag(tenant, agent)])];
    await this.store.set(key, encodeEntry(head, body), ttlSeconds ?? this.ttlSeconds, tags);
  }

  /** Deletes what fits all that is given. @returns how many entries are gone */
  async forget({ key, provider, agent, tenant = 'default' }: Forgotten): Promise<number> {
    if (key !== undefined) {
      const [known] = await this.store.getMany([key]);
      await this.store.delete([key]);
      return known === undefined ? 0 : 1;
    }
    const tag = provider === undefined ? agentTag(tenant, agent ?? '') : providerTag(provider);
    return (await this.store.deleteTagged(tag)).length;
  }
}

function providerTag(provider: string): string {
  return `provider ${provider}`;
}

function agentTag(tenant: string, agent: string): string {
  return `agent ${JSON.stringify([tenant, agent])}`;
}
