import {
  InvalidRequestError,
  NotFoundError,
  ParlanceError,
  throwIfAborted,
  type ByteRange,
  type ObjectStore,
  type PresignedUpload,
  type PresignOptions,
  type PutOptions,
  type StoredObject,
} from '@parlance/contracts';
import { failingChecks } from './check.js';
import { objectStoreChecks } from './object-store.conformance.js';

interface Kept {
  object: StoredObject;
  bytes: Uint8Array;
}

const checkKey = (key: string) => {
  if (!/^(?=.{1,1024}$)[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(key)) throw new InvalidRequestError('no key', 'key');
};

/** The simplest store that is right; each fake below is this one with a single fault. */
class HonestStore implements ObjectStore {
  readonly bucket = 'memory';
  protected readonly kept = new Map<string, Kept>();

  async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    checkKey(key);
    if (signal !== undefined) throwIfAborted(signal);
    const { contentType, metadata = {} } = options;
    const header = Object.entries(metadata).map(([name, value]) => `${name}:${value}`);
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType) || !header.every((line) => /^[a-z0-9-]+:[ -~]{0,2048}$/.test(line))) {
      throw new InvalidRequestError('no header', 'metadata');
    }
    const object = { key, sizeBytes: bytes.length, contentType, metadata, createdAt: new Date() };
    this.kept.set(key, { object, bytes: new Uint8Array(bytes) });
    return object;
  }

  async get(key: string, range?: ByteRange, signal?: AbortSignal): Promise<{ object: StoredObject; chunks: AsyncIterable<Uint8Array> }> {
    checkKey(key);
    if (signal !== undefined) throwIfAborted(signal);
    const kept = this.kept.get(key);
    if (kept === undefined) throw new NotFoundError('object', key);
    const { start, end } = this.resolve(range, kept.bytes.length);
    return { object: kept.object, chunks: this.read(kept.bytes.subarray(start, end), signal) };
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkKey(key);
    if (signal !== undefined) throwIfAborted(signal);
    return this.kept.get(key)?.object;
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    if (signal !== undefined) throwIfAborted(signal);
    this.kept.delete(key);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    if (signal !== undefined) throwIfAborted(signal);
    for (const key of [...this.kept.keys()].toSorted()) {
      const kept = this.kept.get(key);
      if (kept !== undefined && key.startsWith(prefix)) yield kept.object;
    }
  }

  presignGet(key: string, options: PresignOptions): Promise<string> {
    return this.sign('GET', key, options);
  }

  async presignPut(key: string, options: PresignOptions): Promise<PresignedUpload> {
    return { url: await this.sign('PUT', key, options), headers: {} };
  }

  protected async sign(method: string, key: string, { expiresInSeconds }: PresignOptions): Promise<string> {
    checkKey(key);
    if (!(Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= 604_800)) {
      throw new InvalidRequestError('no time', 'expiresInSeconds');
    }
    return `http://localhost/${key}?method=${method}`;
  }

  protected resolve(range: ByteRange | undefined, size: number): { start: number; end: number } {
    const { start, end = Math.max(size, (range?.start ?? 0) + 1) - 1 } = range ?? { start: 0 };
    if (!Number.isInteger(start) || start < 0 || end < start) throw new InvalidRequestError('no range', 'range');
    if (range !== undefined && start >= size) throw new ParlanceError('invalid', 'beyond', { reason: 'range_not_satisfiable' });
    return { start, end: end + 1 };
  }

  protected async *read(bytes: Uint8Array, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 50_000) {
      if (signal !== undefined) throwIfAborted(signal);
      yield bytes.slice(at, at + 50_000);
    }
  }
}

class LosesTheEnd extends HonestStore {
  override put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    return super.put(key, bytes.subarray(0, 250_000), options, signal);
  }
}

class ForgetsDescriptions extends HonestStore {
  override put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    return super.put(key, bytes, { ...options, metadata: {} }, signal);
  }
}

class TrimsMetadata extends HonestStore {
  override put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    const trimmed = Object.entries(options.metadata ?? {}).map(([name, value]) => [name, value.trim()]);
    return super.put(key, bytes, { ...options, metadata: Object.fromEntries(trimmed) as Record<string, string> }, signal);
  }
}

class KeepsTheCallersBuffer extends HonestStore {
  override async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    const object = await super.put(key, bytes, options, signal);
    this.kept.set(key, { object, bytes });
    return object;
  }
}

class TearsWrites extends HonestStore {
  private mixed: Uint8Array | undefined;
  override async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    const object = await super.put(key, bytes, options, signal);
    const torn = Uint8Array.from(bytes, (byte, index) => (index % 2 === 0 ? (this.mixed?.[index] ?? byte) : byte));
    this.mixed = torn;
    this.kept.set(key, { object, bytes: torn });
    return object;
  }
}

class ExclusiveRanges extends HonestStore {
  protected override resolve(range: ByteRange | undefined, size: number): { start: number; end: number } {
    const { start, end } = super.resolve(range, size);
    return { start, end: range?.end === undefined ? end : end - 1 };
  }
}

class AnyRange extends HonestStore {
  protected override resolve(range: ByteRange | undefined, size: number): { start: number; end: number } {
    return { start: Math.max(0, range?.start ?? 0), end: (range?.end ?? size) + 1 };
  }
}

class DeletesNothing extends HonestStore {
  override async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    if (signal !== undefined) throwIfAborted(signal);
  }
}

class DeletesTheFolder extends HonestStore {
  override async delete(key: string, signal?: AbortSignal): Promise<void> {
    await super.delete(key, signal);
    for (const other of this.kept.keys()) if (other.startsWith('conformance/')) this.kept.delete(other);
  }
}

class ListsEverything extends HonestStore {
  override list(_prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    return super.list('', signal);
  }
}

class TakesAnyKey extends HonestStore {
  override async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    if (signal !== undefined) throwIfAborted(signal);
    return this.kept.get(key)?.object;
  }
}

class InventsObjects extends HonestStore {
  override async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    const empty = { key, sizeBytes: 0, contentType: 'audio/ogg', metadata: {}, createdAt: new Date() };
    return (await super.stat(key, signal)) ?? empty;
  }
}

class DeafToLeaving extends HonestStore {
  protected override read(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    return super.read(bytes);
  }
}

class WritesForTheGone extends HonestStore {
  override put(key: string, bytes: Uint8Array, options: PutOptions): Promise<StoredObject> {
    return super.put(key, bytes, options);
  }
}

class OneLinkForAll extends HonestStore {
  protected override sign(_method: string, key: string, options: PresignOptions): Promise<string> {
    return super.sign('ANY', key, options);
  }
}

const failuresOf = (create: () => ObjectStore) => failingChecks(objectStoreChecks, async () => ({ subject: create() }));

describe('the object store checks', () => {
  it('pass a store that is right', async () => {
    expect(await failuresOf(() => new HonestStore())).toEqual([]);
  });

  it.each([
    ['loses the end', () => new LosesTheEnd(), 'gives every byte back, with all that was said about them'],
    ['forgets descriptions', () => new ForgetsDescriptions(), 'gives every byte back, with all that was said about them'],
    ['trims metadata', () => new TrimsMetadata(), 'keeps every metadata value as it is'],
    [
      "keeps the caller's buffer",
      () => new KeepsTheCallersBuffer(),
      'stores the view, not the buffer behind it, and is not touched by later changes',
    ],
    ['tears writes', () => new TearsWrites(), 'survives many writers of one key: one of them wins whole'],
    ['leaves out the last byte of a range', () => new ExclusiveRanges(), 'reads ranges, both ends included, and none beyond the end'],
    ['takes any range', () => new AnyRange(), 'refuses ranges that are none, and says when the object has no such bytes'],
    ['deletes nothing', () => new DeletesNothing(), 'deletes one object and leaves the others'],
    ['deletes too much', () => new DeletesTheFolder(), 'deletes one object and leaves the others'],
    ['lists everything', () => new ListsEverything(), 'lists what begins with the prefix, in order, fully described'],
    ['takes any key', () => new TakesAnyKey(), 'refuses keys that could mean something else, in every operation'],
    ['invents objects', () => new InventsObjects(), 'tells what is not there from what is'],
    ['reads on for callers who left', () => new DeafToLeaving(), 'stops reading for a caller who leaves in the middle'],
    ['writes for callers who left', () => new WritesForTheGone(), 'does nothing for a caller who has left'],
    ['signs one link for all methods', () => new OneLinkForAll(), 'signs links for one object, one method and a limited time'],
  ])('go red for a store that %s', async (_fault, create, expected) => {
    expect(await failuresOf(create)).toContain(expected);
  });
});
