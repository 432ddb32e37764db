import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '@parlance/contracts';
import type { Retention } from '../retention/retention.js';
import { OBJECT_SUFFIX } from './object-directory.js';
import { hasCode } from './system-error.js';

export interface SweepLimits {
  /** Files that are looked at in one sweep, and of these deleted. What is left is for the next. */
  looks: number;
  deletions: number;
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const DEFAULT_LIMITS: SweepLimits = { looks: 100_000, deletions: 20_000 };
/** Below `voice/{kind}/{tenant}/{agent}/`, and likewise `cache/`: year, month and day. */
const DATE_DEPTH = 7;
const ROOTS = ['voice', 'cache'];

/**
 * Deletes files whose time is over, and the directories that are empty then. Directories of days that are not over yet
 * are not even opened, so that a sweep costs what there is to delete. Several processes may sweep one directory.
 */
export class ObjectSweeper {
  private left = DEFAULT_LIMITS;

  /** @param places where finished objects lie, and files in the making */
  constructor(
    private readonly places: { objects: string; incoming: string },
    private readonly retention: Retention,
    private readonly signal: AbortSignal,
    private readonly now = Date.now(),
  ) {}

  /** @returns how many were deleted */
  async sweep(limits: SweepLimits = DEFAULT_LIMITS): Promise<number> {
    this.left = { ...limits };
    for (const root of ROOTS) {
      for (const kind of await this.directoriesIn(root)) await this.walk(kind);
    }
    return limits.deletions - this.left.deletions;
  }

  private async walk(key: string): Promise<void> {
    throwIfAborted(this.signal);
    const parts = key.split('/');
    if (parts.length === DATE_DEPTH) {
      if (this.isOver(key, endOfDay(parts))) await this.sweepDay(key);
    } else {
      for (const below of await this.directoriesIn(key)) await this.walk(below);
    }
    // Those of the kinds stay.
    if (parts.length > 2) await this.removeIfEmpty(key, parts);
  }

  private async sweepDay(key: string): Promise<void> {
    for (const entry of await this.entriesOf(key)) {
      throwIfAborted(this.signal);
      if (this.left.looks <= 0 || this.left.deletions <= 0) return;
      if (!entry.isFile() || !entry.name.endsWith(OBJECT_SUFFIX)) continue;
      this.left.looks -= 1;
      const path = this.pathOf(`${key}/${entry.name}`);
      if (this.isOver(key, await modifiedAt(path)) && (await this.remove(path, key))) this.left.deletions -= 1;
    }
  }

  /**
   * Takes the file away before it is judged for good: somebody may have written it anew since it was looked at.
   * @returns whether it is gone
   */
  private async remove(path: string, key: string): Promise<boolean> {
    const aside = join(this.places.incoming, randomUUID());
    try {
      await rename(path, aside);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
    const isOver = this.isOver(key, await modifiedAt(aside));
    if (!isOver) {
      await mkdir(dirname(path), { recursive: true });
      await link(aside, path).catch((error: unknown) => {
        // Written once more: that one is newer still. Or removed as abandoned by another process: it was as old as that.
        if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
      });
    }
    await rm(aside, { force: true });
    return isOver;
  }

  /** One that somebody is about to write into is made anew by whoever writes. */
  private async removeIfEmpty(key: string, parts: readonly string[]): Promise<void> {
    if (parts.length === DATE_DEPTH && !this.isOver(key, endOfDay(parts))) return;
    await rmdir(this.pathOf(key)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY')) throw error;
    });
  }

  private isOver(key: string, time: number): boolean {
    return this.retention.endOf({ key: `${key}/`, createdAt: new Date(time) }) < this.now;
  }

  private async directoriesIn(key: string): Promise<string[]> {
    const entries = await this.entriesOf(key);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${key}/${name}`);
  }

  private async entriesOf(key: string): Promise<Dirent[]> {
    try {
      return await readdir(this.pathOf(key), { withFileTypes: true });
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  private pathOf(key: string): string {
    return join(this.places.objects, ...key.split('/'));
  }
}

/** Of `{root}/{kind}/{tenant}/{agent}/{yyyy}/{mm}/{dd}`; never over where it is no day. */
function endOfDay(parts: readonly string[]): number {
  const start = Date.parse(parts.slice(-3).join('-'));
  return Number.isNaN(start) ? Number.POSITIVE_INFINITY : start + DAY_MILLISECONDS;
}

/** Of no file: infinite, which is never over. */
async function modifiedAt(path: string): Promise<number> {
  return lstat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
}
