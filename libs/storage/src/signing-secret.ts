import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParlanceError } from '@parlance/contracts';
import { asStoreError, hasCode } from './filesystem/system-error.js';

const NAME = '.signing-secret';
const SECRET = /^[0-9a-f]{64}$/;

/** The directory's own secret, made when there is none yet. Processes that start together get the same. */
export async function loadSigningSecret(directory: string): Promise<string> {
  const path = join(directory, NAME);
  try {
    return (await read(path)) ?? (await create(directory, path));
  } catch (error) {
    throw asStoreError(error);
  }
}

async function create(directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    // A link appears whole or not at all, and never replaces what another process was faster to make.
    await link(temporary, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  const secret = await read(path);
  if (secret === undefined) throw new ParlanceError('server', 'The secret for signed links could not be kept. Set one by configuration.');
  return secret;
}

async function read(path: string): Promise<string | undefined> {
  let secret: string;
  try {
    secret = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  if (SECRET.test(secret)) return secret;
  throw new ParlanceError('server', `The file ${NAME} in the storage directory is damaged. Delete it: links made so far stop working.`);
}
