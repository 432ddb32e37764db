import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningSecret } from './signing-secret.js';

describe('loadSigningSecret', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signing-secret-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('makes one secret for all who start together, readable by this user alone', async () => {
    const below = join(directory, 'not', 'there');
    const secrets = await Promise.all(Array.from({ length: 12 }, () => loadSigningSecret(below)));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await readdir(below)).toEqual(['.signing-secret']);
    expect((await stat(join(below, '.signing-secret'))).mode % 0o1000).toBe(0o600);
    expect(await loadSigningSecret(below)).toBe(secrets[0]);
  });

  it('gives every directory a secret of its own', async () => {
    expect(await loadSigningSecret(join(directory, 'a'))).not.toBe(await loadSigningSecret(join(directory, 'b')));
  });

  it.each(['', 'short', 'x'.repeat(64)])('refuses a damaged one (%p) instead of signing with it', async (content) => {
    await writeFile(join(directory, '.signing-secret'), content);
    await expect(loadSigningSecret(directory)).rejects.toMatchObject({ code: 'server', message: expect.stringContaining('damaged') });
  });

  it('names no path when the directory cannot be used', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const failure = await loadSigningSecret(file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining(directory) });
  });
});
