import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ParlanceError } from '@parlance/contracts';

const FILE = 'moonshine-tokens.txt';
const SHA256 = '043d62c6fe5ada3e384bd3748426e6e38691e5087223c1ddeb52d27758335f0e';

/**
 * The path of the recogniser's vocabulary file, which is written where it is missing or wrong. Several processes may
 * do so at once: each writes a file of its own and moves it into place.
 * @param directory default: one of this user's own in the system's temporary directory
 * @param generate makes the text of the file
 */
export async function ensureVocabularyFile(directory: string | undefined, generate: () => Promise<string>): Promise<string> {
  const folder = directory ?? join(tmpdir(), `parlance-${userName()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (directory === undefined) await checkOwner(folder);
    const path = join(folder, FILE);
    if (!(await isRight(path))) await write(path, await generate());
    return path;
  } catch (cause) {
    if (cause instanceof ParlanceError) throw cause;
    const message =
      'The vocabulary file of the embedded recogniser cannot be written. Set cacheDirectory to a directory this process may write to.';
    throw new ParlanceError('unavailable', message, { provider: 'local', reason: 'cache_not_writable', cause });
  }
}

/** A number where there are numbers: in a container the user may be one that nobody has given a name. */
function userName(): string {
  return String(process.getuid?.() ?? userInfo().username);
}

/** In a directory that everybody shares, someone else may have been there first. */
async function checkOwner(folder: string): Promise<void> {
  const uid = process.getuid?.();
  const status = await lstat(folder);
  if (uid === undefined) return;
  if (!status.isDirectory() || status.uid !== uid) throw new Error('The directory belongs to another user.');
  await chmod(folder, 0o700);
}

async function isRight(path: string): Promise<boolean> {
  const text = await readFile(path).catch(() => undefined);
  return text !== undefined && createHash('sha256').update(text).digest('hex') === SHA256;
}

async function write(path: string, text: string): Promise<void> {
  if (createHash('sha256').update(text).digest('hex') !== SHA256)
    throw new Error('The vocabulary is not the one the weights were made with.');
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
