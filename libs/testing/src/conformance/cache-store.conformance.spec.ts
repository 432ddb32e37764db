import type { CacheStore } from '@parlance/contracts';
import { cacheStoreChecks } from './cache-store.conformance.js';
import { failingChecks } from './check.js';

interface Entry {
  value: Uint8Array;
  expiresAt: number;
  tags: readonly string[];
}

/** The simplest store that is right; each fake below is this one with a single fault. */
class HonestStore implements CacheStore {
  protected readonly entries = new Map<string, Entry>();

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => {
      const entry = this.entries.get(key);
      return entry === undefined || entry.expiresAt <= Date.now() ? undefined : new Uint8Array(entry.value);
    });
  }

  async set(key: string, value: Uint8Array, ttlSeconds: number, tags: readonly string[] = []): Promise<void> {
    if (!(ttlSeconds > 0 && Number.isFinite(ttlSeconds))) throw Object.assign(new Error('no time to live'), { code: 'invalid' });
    this.entries.set(key, { value: new Uint8Array(value), expiresAt: Date.now() + ttlSeconds * 1000, tags });
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.entries.delete(key);
  }

  async deleteTagged(tag: string): Promise<string[]> {
    const keys = [...this.entries].filter(([, { tags }]) => tags.includes(tag)).map(([key]) => key);
    await this.delete(keys);
    return keys;
  }
}

class ForgetsTags extends HonestStore {
  override set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void> {
    return super.set(key, value, ttlSeconds);
  }
}

class DeletesEveryTag extends HonestStore {
  override async deleteTagged(): Promise<string[]> {
    const keys = [...this.entries.keys()];
    this.entries.clear();
    return keys;
  }
}

class TellsNoKeys extends HonestStore {
  override async deleteTagged(tag: string): Promise<string[]> {
    await super.deleteTagged(tag);
    return [];
  }
}

class WithoutExpiry extends HonestStore {
  override set(key: string, value: Uint8Array): Promise<void> {
    return super.set(key, value, 3600);
  }
}

class LosesBytes extends HonestStore {
  override set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void> {
    return super.set(key, value.subarray(0, -1), ttlSeconds);
  }
}

class ThroughText extends HonestStore {
  override set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void> {
    return super.set(key, Buffer.from(Buffer.from(value).toString('utf8')), ttlSeconds);
  }
}

class SharesWhatItGives extends HonestStore {
  override async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const values = await super.getMany(keys);
    return values.map((value, index) => value && this.entries.get(keys[index] ?? '')?.value);
  }
}

class SortsKeys extends HonestStore {
  override getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return super.getMany(keys.toSorted());
  }
}

class LeavesOutGaps extends HonestStore {
  override async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return (await super.getMany(keys)).filter((value) => value !== undefined);
  }
}

class DeletesNothing extends HonestStore {
  override async delete(): Promise<void> {}
}

class DeletesEverything extends HonestStore {
  override async delete(): Promise<void> {
    this.entries.clear();
  }
}

class EmptyIsNothing extends HonestStore {
  override async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return (await super.getMany(keys)).map((value) => (value?.length === 0 ? undefined : value));
  }
}

class KeepsTheFirst extends HonestStore {
  override async set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void> {
    const [before] = await this.getMany([key]);
    await super.set(key, before ?? value, ttlSeconds);
  }
}

class ReadsTheFirstHundred extends HonestStore {
  override async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const values = await super.getMany(keys.slice(0, 100));
    return keys.map((_key, index) => values[index]);
  }
}

class CutsLargeValues extends HonestStore {
  override set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void> {
    return super.set(key, value.subarray(0, 512 * 1024), ttlSeconds);
  }
}

const failuresOf = (create: () => CacheStore) => failingChecks(cacheStoreChecks, async () => ({ subject: create() }));

describe('the cache store checks', () => {
  it('pass a store that is right', async () => {
    expect(await failuresOf(() => new HonestStore())).toEqual([]);
  });

  it.each([
    ['never forgets', () => new WithoutExpiry(), 'forgets an entry after its time to live, and only that one'],
    ['loses the last byte', () => new LosesBytes(), 'gives every byte back'],
    ['turns bytes into text', () => new ThroughText(), 'gives every byte back'],
    ['gives out its own buffer', () => new SharesWhatItGives(), 'is not touched by a caller who changes or hands over the bytes got out'],
    ['leaves out what is missing', () => new LeavesOutGaps(), 'answers in the order of the keys, gaps and repeats included'],
    ['answers in its own order', () => new SortsKeys(), 'answers in the order of the keys, gaps and repeats included'],
    ['deletes nothing', () => new DeletesNothing(), 'deletes what it is told to and nothing else'],
    ['deletes everything', () => new DeletesEverything(), 'deletes what it is told to and nothing else'],
    ['forgets tags', () => new ForgetsTags(), 'deletes what has a tag, tells which, and leaves the rest'],
    ['deletes every tag', () => new DeletesEveryTag(), 'deletes what has a tag, tells which, and leaves the rest'],
    ['does not tell what it deleted', () => new TellsNoKeys(), 'deletes what has a tag, tells which, and leaves the rest'],
    ['takes empty for missing', () => new EmptyIsNothing(), 'keeps an empty value apart from no value'],
    ['reads only the first keys', () => new ReadsTheFirstHundred(), 'answers for hundreds of keys at once, each with its own value'],
    ['cuts large values', () => new CutsLargeValues(), 'keeps a megabyte'],
    ['never replaces', () => new KeepsTheFirst(), 'replaces a value'],
  ])('go red for a store that %s', async (_fault, create, expected) => {
    expect(await failuresOf(create)).toContain(expected);
  });
});
