import { createHash, timingSafeEqual } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ConfigurationError, hasExpired, ParlanceConfiguration, readKeysFile, type AccessKey } from '@parlance/configuration';
import type { Scope } from '@parlance/contracts';

/** How often the file is looked at. */
const POLL_MILLISECONDS = 2000;

/**
 * The keys that clients may present: those of the environment, and those of the keys file as it is now. A file that
 * cannot be used leaves its last good version standing.
 */
@Injectable()
export class KeyRing implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Keys');
  private fileKeys: readonly AccessKey[] = [];
  private wrong: readonly string[] = [];
  private stamp = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly configuration: ParlanceConfiguration) {}

  /** @throws ConfigurationError when the file cannot be used */
  async onModuleInit(): Promise<void> {
    const { keysFile } = this.configuration;
    if (keysFile === undefined) return;
    this.stamp = await stampOf(keysFile);
    this.take(readKeysFile(keysFile), keysFile);
    this.timer = setInterval(() => void this.look(keysFile), POLL_MILLISECONDS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Nobody is asked for a key. A file of keys asks for one also while none stands in it. */
  get isOpen(): boolean {
    return this.configuration.apiKeys.length === 0 && this.configuration.keysFile === undefined;
  }

  get size(): number {
    return this.configuration.apiKeys.length + this.fileKeys.length;
  }

  /** What is wrong with the file as it is now; no value stands in it. */
  problems(): readonly string[] {
    return this.wrong;
  }

  /** Looks at every hash, so that the time tells nothing. It may have expired. */
  find(key: string): AccessKey | undefined {
    const hash = createHash('sha256').update(key).digest();
    return this.all.reduce<AccessKey | undefined>(
      (found, candidate) => (timingSafeEqual(Buffer.from(candidate.hash, 'hex'), hash) ? (found ?? candidate) : found),
      undefined,
    );
  }

  /** Whether a key that was good may still do this: it may have expired, or be gone from the file. */
  stillAllows({ hash }: AccessKey, scope: Scope): boolean {
    const key = this.all.find((candidate) => candidate.hash === hash);
    return key !== undefined && !hasExpired(key) && key.scopes.includes(scope);
  }

  private get all(): readonly AccessKey[] {
    return [...this.configuration.apiKeys, ...this.fileKeys];
  }

  private async look(file: string): Promise<void> {
    const stamp = await stampOf(file);
    const { wrong } = this;
    // One that cannot be used is tried again each time: that it may be read now shows in no stamp.
    if (stamp === this.stamp && wrong.length === 0) return;
    this.stamp = stamp;
    try {
      this.take(readKeysFile(file), file);
    } catch (error) {
      this.wrong =
        error instanceof ConfigurationError ? error.problems.map((problem) => withoutPath(problem, file)) : ['it cannot be read'];
      // The same is told once.
      if (this.wrong.join() === wrong.join()) return;
      this.logger.error(`The keys file cannot be used, and its last good version stands: ${this.wrong.join('; ')}.`);
    }
  }

  private take(keys: readonly AccessKey[], file: string): void {
    const before = this.fileKeys;
    this.fileKeys = keys;
    this.wrong = [];
    const isSame = (one: AccessKey) => (other: AccessKey) => JSON.stringify(one) === JSON.stringify(other);
    const come = keys.filter((key) => !before.some(isSame(key))).map(({ name }) => `+${name}`);
    const gone = before.filter((key) => !keys.some(isSame(key))).map(({ name }) => `-${name}`);
    this.logger.log(`Keys of the file: ${[...come, ...gone].join(' ') || 'as before'}`);
    // It may be meant: everybody is locked out so. Who has emptied it by mistake is to see why.
    if (this.size === 0) {
      this.logger.warn(
        `No key is in ${basename(file)}, and there is none beside it: everybody is refused (401). Add one: parlance keys new`,
      );
    }
    const expired = keys.filter(hasExpired).map(({ name }) => name);
    if (expired.length > 0) this.logger.warn(`Keys that have expired: ${expired.join(', ')}. Take them out of the file.`);
  }
}

/** `keys.yaml:3: ...` as `line 3: ...`: the path is for whoever starts the process. */
function withoutPath(problem: string, file: string): string {
  return problem
    .slice(`${file}:`.length)
    .replace(/^(\d+):/, 'line $1:')
    .trim();
}

/** Tells one state of the file from another without reading it. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return JSON.stringify([found?.ino, found?.size, found?.mtimeMs]);
}
