import { InvalidRequestError } from '@parlance/contracts';
import { execFile } from 'node:child_process';
import { writeSync } from 'node:fs';
import { lstat, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { openOutput, readStream } from './files.js';

const write = async (file: string, chunks: AsyncIterable<Uint8Array>) => (await openOutput(file))(chunks);

const staying = new AbortController().signal;

async function* parts(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('openOutput', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parlance-files-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('puts a whole file in the place of another', async () => {
    const file = join(directory, 'speech.wav');
    await writeFile(file, 'old and longer');
    expect(await write(file, parts('new ', 'audio'))).toBe(9);
    expect(await readFile(file, 'utf8')).toBe('new audio');
  });

  it('leaves what was there when the audio breaks off', async () => {
    const file = join(directory, 'speech.wav');
    await writeFile(file, 'old');
    const breaking = (async function* () {
      yield Buffer.from('new');
      throw new Error('broke off');
    })();
    await expect(write(file, breaking)).rejects.toThrow('broke off');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['speech.wav']);
  });

  it('writes all of it where a write takes a part', async () => {
    const handle = await open(join(directory, 'any'), 'w');
    const prototype = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    const takesTwo = async function (this: typeof handle, bytes: Uint8Array) {
      return { bytesWritten: writeSync(this.fd, bytes, 0, 2), buffer: bytes };
    };
    const short = jest.spyOn(prototype, 'write').mockImplementation(takesTwo as never);
    try {
      const file = join(directory, 'speech.wav');
      await write(file, parts('new ', 'audio'));
      expect(await readFile(file, 'utf8')).toBe('new audio');
    } finally {
      short.mockRestore();
    }
  });

  it('follows a link', async () => {
    const [file, link] = [join(directory, 'real.wav'), join(directory, 'link.wav')];
    await writeFile(file, 'old');
    await symlink(file, link);
    await write(link, parts('new'));
    expect(await readFile(file, 'utf8')).toBe('new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
  });

  it('writes into a pipe', async () => {
    const pipe = join(directory, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [size, read] = await Promise.all([write(pipe, parts('new ', 'audio')), readFile(pipe, 'utf8')]);
    expect([size, read]).toEqual([9, 'new audio']);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('says what is wrong with a place that it cannot write to, in the words of whoever named it', async () => {
    const missing = join(directory, 'missing');
    await expect(openOutput(join(missing, 'speech.wav'))).rejects.toThrow(
      new InvalidRequestError(`There is no directory '${missing}': make it first.`),
    );
    await expect(openOutput(directory)).rejects.toThrow(new InvalidRequestError(`'${directory}' is a directory: name a file in it.`));
  });
});

describe('readStream', () => {
  it('reads all of it', async () => {
    expect((await readStream(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3, staying)).toString()).toBe('abc');
  });

  it('reads no more than is taken', async () => {
    let made = 0;
    const endless = new Readable({
      read() {
        made += 1000;
        this.push(Buffer.alloc(1000));
      },
    });
    await expect(readStream(endless, 10_000, staying)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('10000'),
    });
    expect(endless.destroyed).toBe(true);
    expect(made).toBeLessThan(200_000);
  });

  it('ends when its reader is interrupted', async () => {
    const silent = new Readable({ read: () => undefined });
    const leaving = new AbortController();
    const reading = readStream(silent, 10, leaving.signal);
    leaving.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
