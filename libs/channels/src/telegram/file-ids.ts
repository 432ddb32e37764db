import { createHash } from 'node:crypto';
import type { CacheStore } from '@parlance/contracts';

const SECONDS_KEPT = 30 * 24 * 3600;

/** By what names Telegram knows recordings that were sent before: they need not be sent again. */
export class FileIds {
  constructor(private readonly cache: CacheStore) {}

  /** @param sha256 of the recording. A cache that fails knows nothing. */
  async find(botId: string, sha256: string): Promise<string | undefined> {
    const [value] = await this.cache.getMany([keyOf(botId, sha256)]).catch(() => []);
    return value === undefined ? undefined : Buffer.from(value).toString('utf8');
  }

  async remember(botId: string, sha256: string, fileId: string): Promise<void> {
    await this.cache.set(keyOf(botId, sha256), Buffer.from(fileId), SECONDS_KEPT).catch(() => undefined);
  }

  async forget(botId: string, sha256: string): Promise<void> {
    await this.cache.delete([keyOf(botId, sha256)]).catch(() => undefined);
  }
}

/** The names hold for one bot only. */
function keyOf(botId: string, sha256: string): string {
  const name = JSON.stringify(['telegram-file', botId, sha256]);
  return createHash('sha256').update(name).digest('hex');
}
