import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpeechDetector } from '../listening/speech-detector.js';
import { ensureVocabularyFile } from './vocabulary-file.js';

jest.setTimeout(60_000);

describe('ensureVocabularyFile', () => {
  const detector = new SpeechDetector();
  const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
  const generate = jest.fn(() => detector.vocabulary());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await detector.close();
  });

  it('writes it once, for any number of writers, and leaves nothing else', async () => {
    const paths = await Promise.all(Array.from({ length: 4 }, () => ensureVocabularyFile(folder, generate)));
    expect(new Set(paths).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['moonshine-tokens.txt']);
    expect(readFileSync(paths[0]!, 'utf8').split('\n')).toHaveLength(32_001);
    generate.mockClear();
    await ensureVocabularyFile(folder, generate);
    expect(generate).not.toHaveBeenCalled();
  });

  it('puts a damaged one right, and refuses a wrong one', async () => {
    const path = join(folder, 'moonshine-tokens.txt');
    writeFileSync(path, 'damaged');
    await ensureVocabularyFile(folder, generate);
    expect(readFileSync(path)).toHaveLength(489_658);
    writeFileSync(path, 'damaged');
    await expect(ensureVocabularyFile(folder, async () => 'a 1\n')).rejects.toMatchObject({ code: 'unavailable' });
    expect(readFileSync(path, 'utf8')).toBe('damaged');
  });

  it('says what to do where it cannot write', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    await expect(ensureVocabularyFile(file, generate)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('cacheDirectory'),
    });
  });

  it('has a place of its own for each user without any option', async () => {
    const path = await ensureVocabularyFile(undefined, generate);
    expect(path.startsWith(join(tmpdir(), 'parlance-'))).toBe(true);
  });

  it('needs no name of the user: containers may be run by one that has none', async () => {
    const names = jest.spyOn(os, 'userInfo').mockImplementation(() => {
      throw new Error('There is no such user.');
    });
    await expect(ensureVocabularyFile(undefined, generate)).resolves.toContain('moonshine-tokens.txt');
    names.mockRestore();
  });
});
