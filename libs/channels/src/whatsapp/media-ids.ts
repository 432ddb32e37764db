import { createHash } from 'node:crypto';
import type { CacheStore } from '@parlance/contracts';

/** One day less than the platform keeps what was uploaded. */
const TTL_SECONDS = 29 * 24 * 3600;

/** Under which id a recording was uploaded before. A cache that fails costs an upload and nothing else. */
export class MediaIds {
  constructor(
    private readonly cache: CacheStore,
    private readonly phoneNumberId: string,
  ) {}

  /** @param sha256 of the bytes, hexadecimal */
  async find(sha256: string): Promise<string | undefined> {
    const [found] = await this.cache.getMany([this.keyOf(sha256)]).catch(() => []);
    return found === undefined ? undefined : Buffer.from(found).toString('utf8');
  }

  async remember(sha256: string, mediaId: string): Promise<void> {
    await this.cache.set(this.keyOf(sha256), Buffer.from(mediaId), TTL_SECONDS).catch(() => undefined);
  }

  async forget(sha256: string): Promise<void> {
    await this.cache.delete([this.keyOf(sha256)]).catch(() => undefined);
  }

  private keyOf(sha256: string): string {
    const hash = createHash('sha256').update(JSON.stringify([this.phoneNumberId, sha256]));
    return `whatsapp-media:${hash.digest('hex')}`;
  }
}
