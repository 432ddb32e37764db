import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ParlanceError } from '@parlance/contracts';
import { hasCode } from './system-error.js';

/** Set apart from the names of directories, so that both `a` and `a/b` can be keys. No key has this character. */
export const OBJECT_SUFFIX = '~';
const PLACING_ATTEMPTS = 10;
const ABANDONED_AFTER_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Where keys lie on the disk. Symbolic links below the directory are never followed. */
export class ObjectDirectory {
  private prepared: Promise<{ objects: string; incoming: string }> | undefined;

  constructor(private readonly directory: string) {}

  /** Opens the file of a checked key to read; `undefined` when there is none. */
  async open(key: string): Promise<FileHandle | undefined> {
    const path = await this.pathOf(key);
    try {
      if (!(await leadsNowhereElse(dirname(path)))) return undefined;
      // Windows has no such flag.
      return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK')) return undefined;
      throw error;
    }
  }

  /**
   * Puts a finished file where its key says. A sweep or a deletion may remove the directories that lead there just
   * then, since they are still empty: they are made again.
   * @param temporary where the file is, see {@link temporaryPath}
   * @param last called before it is done for good; may throw
   */
  async place(temporary: string, key: string, last: () => void): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const path = await this.makeRoom(key);
        last();
        await rename(temporary, path);
        return;
      } catch (error) {
        if (attempt === PLACING_ATTEMPTS || !hasCode(error, 'ENOENT')) throw error;
      }
    }
  }

  /** The directory is looked for, and made, anew by the next call. */
  forget(): void {
    this.prepared = undefined;
  }

  /** Where finished objects lie, and files in the making, on one file system. */
  async places(): Promise<{ objects: string; incoming: string }> {
    return this.prepare();
  }

  /** The path of a checked key, with the directories that lead there. */
  private async makeRoom(key: string): Promise<string> {
    const path = await this.pathOf(key);
    // Nearly always all of them are there: one question instead of two for each, and a turn costs a seventh less.
    if (await leadsNowhereElse(dirname(path))) return path;
    let directory = await this.root();
    for (const part of key.split('/').slice(0, -1)) {
      directory = join(directory, part);
      await mkdir(directory).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
      if (!(await lstat(directory)).isDirectory()) {
        throw new ParlanceError('server', 'A symbolic link or a foreign file lies in the storage directory. Remove it.');
      }
    }
    return path;
  }

  /** Removes the file of a checked key, if there is one, and the directories that are empty then: each job has one. */
  async remove(key: string): Promise<void> {
    const file = await this.open(key);
    if (file === undefined) return;
    await file.close();
    await rm(await this.pathOf(key), { force: true });
    const root = await this.root();
    for (const parts = key.split('/').slice(0, -1); parts.length > 0; parts.pop()) {
      const isGone = await rmdir(join(root, ...parts)).then(
        () => true,
        () => false,
      );
      if (!isGone) return;
    }
  }

  /** A new path for a file in the making, on the same file system. */
  async temporaryPath(): Promise<string> {
    return join((await this.prepare()).incoming, randomUUID());
  }

  /** All keys that begin with the prefix, in the order of their characters. */
  async *keys(prefix: string): AsyncGenerator<string> {
    yield* this.keysBelow(await this.root(), '', prefix);
  }

  private async *keysBelow(directory: string, path: string, prefix: string): AsyncGenerator<string> {
    // One that has been emptied and removed since its name was read has no keys.
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    const names = entries.flatMap((entry) => {
      if (entry.isDirectory()) return [`${entry.name}/`];
      return entry.isFile() && entry.name.endsWith(OBJECT_SUFFIX) ? [entry.name.slice(0, -OBJECT_SUFFIX.length)] : [];
    });
    // A directory sorts as the first thing its keys have after it: `a-b` comes before `a/b`.
    for (const name of names.toSorted((left, right) => (left < right ? -1 : 1))) {
      const full = path + name;
      if (!name.endsWith('/')) {
        if (full.startsWith(prefix)) yield full;
      } else if (full.startsWith(prefix) || prefix.startsWith(full)) {
        yield* this.keysBelow(join(directory, name), full, prefix);
      }
    }
  }

  private async pathOf(key: string): Promise<string> {
    return join(await this.root(), ...key.split('/')) + OBJECT_SUFFIX;
  }

  private async root(): Promise<string> {
    return (await this.prepare()).objects;
  }

  private prepare(): Promise<{ objects: string; incoming: string }> {
    this.prepared ??= this.create().catch((error: unknown) => {
      // The next call tries again: a disk may come back.
      this.prepared = undefined;
      throw error;
    });
    return this.prepared;
  }

  private async create(): Promise<{ objects: string; incoming: string }> {
    const [objects, incoming] = [join(this.directory, 'objects'), join(this.directory, 'incoming')];
    await mkdir(objects, { recursive: true, mode: 0o700 });
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    await removeAbandoned(incoming);
    return { objects: await realpath(objects), incoming: await realpath(incoming) };
  }
}

/** Whether the directory is there, and no symbolic link leads to it. */
async function leadsNowhereElse(directory: string): Promise<boolean> {
  try {
    return (await realpath(directory)) === directory;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return false;
    throw error;
  }
}

/** Files that a process left half written when it died. Young ones may belong to another process. */
export async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - modified > ABANDONED_AFTER_MILLISECONDS) await rm(path, { force: true });
  }
}
