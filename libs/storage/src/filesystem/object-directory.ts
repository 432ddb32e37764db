import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ParlanceError } from '@parlance/contracts';
import { hasCode } from './system-error.js';

/** Set apart from the names of directories, so that both `a` and `a/b` can be keys. No key has this character. */
const SUFFIX = '~';
const ABANDONED_AFTER_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Where keys lie on the disk. Symbolic links below the directory are never followed. */
export class ObjectDirectory {
  private prepared: Promise<{ objects: string; incoming: string }> | undefined;

  constructor(private readonly directory: string) {}

  /** Opens the file of a checked key to read; `undefined` when there is none. */
  async open(key: string): Promise<FileHandle | undefined> {
    const path = await this.pathOf(key);
    try {
      if ((await realpath(dirname(path))) !== dirname(path)) return undefined;
      // Windows has no such flag.
      return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK')) return undefined;
      throw error;
    }
  }

  /** The path of a checked key, with the directories that lead there. */
  async makeRoom(key: string): Promise<string> {
    const path = await this.pathOf(key);
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

  /** Removes the file of a checked key, if there is one. */
  async remove(key: string): Promise<void> {
    const file = await this.open(key);
    if (file === undefined) return;
    await file.close();
    await rm(await this.pathOf(key), { force: true });
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
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.flatMap((entry) => {
      if (entry.isDirectory()) return [`${entry.name}/`];
      return entry.isFile() && entry.name.endsWith(SUFFIX) ? [entry.name.slice(0, -SUFFIX.length)] : [];
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
    return join(await this.root(), ...key.split('/')) + SUFFIX;
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

/** Files that a process left half written when it died. Young ones may belong to another process. */
async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - modified > ABANDONED_AFTER_MILLISECONDS) await rm(path, { force: true });
  }
}
