import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemObjectStore, UrlSigner } from '@parlance/storage';
import { JobFiles } from './job-files.js';
import { isPassing } from './queue/job-failure.js';

const never = new AbortController().signal;
const HOUR = 3_600_000;

describe('JobFiles', () => {
  let directory: string;
  let objects: FilesystemObjectStore;
  let files: JobFiles;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-job-files-'));
    objects = new FilesystemObjectStore({ directory, publicUrl: 'http://127.0.0.1' }, new UrlSigner('a secret for tests only'));
    files = new JobFiles(objects);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const folderFrom = (hoursAgo: number) => ({ folder: files.folderOf(`job_${hoursAgo}`, new Date(Date.now() - hoursAgo * HOUR)) });
  const left = async () => {
    const keys: string[] = [];
    for await (const { key } of objects.list('')) keys.push(key);
    return keys;
  };

  it('keep what a job is given and what comes of it', async () => {
    const ticket = folderFrom(0);
    expect(await files.read(ticket, 'result', never)).toBeUndefined();
    await files.put(ticket, 'result', { text: 'Grüße' }, never);
    await files.put(ticket, 'request', { kind: 'speech' }, never);
    await files.putRecording(ticket, Buffer.from('sound'), never);
    expect(await files.read(ticket, 'result', never)).toEqual({ text: 'Grüße' });
    expect(Buffer.from(await files.readBytes(files.recordingKey(ticket), 5, never)).toString()).toBe('sound');
    await expect(files.readBytes(files.recordingKey(ticket), 4, never)).rejects.toThrow('Maximum content size limit');
    await files.clear(ticket);
    expect(await left()).toEqual([`${ticket.folder}/result.json`]);
    await files.clear(ticket, true);
    expect(await left()).toEqual([]);
  });

  it('say in words of their own, to be tried again, that something of a job came damaged', async () => {
    const ticket = folderFrom(0);
    await objects.put(`${ticket.folder}/request.json`, Buffer.from('{"text": "a secret'), { contentType: 'application/json' });
    const error: unknown = await files.read(ticket, 'request', never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'server',
      reason: 'job_damaged',
      message: expect.not.stringContaining('secret'),
    });
    expect(isPassing(error)).toBe(true);
  });

  it('are swept when their time is over, and nothing else is', async () => {
    for (const hoursAgo of [0, 5, 20, 40, 60]) await files.put(folderFrom(hoursAgo), 'result', {}, never);
    await objects.put('voice/speech/old.mp3', Buffer.from('kept'), { contentType: 'audio/mpeg' });
    await files.sweep(10 * 3600, never);
    expect((await left()).map((key) => /job_\d+|voice/.exec(key)?.[0] ?? '').toSorted()).toEqual(['job_0', 'job_20', 'job_5', 'voice']);
  });

  it('are swept in all other hours when a file of one is damaged', async () => {
    for (const hoursAgo of [37, 40, 43]) await files.put(folderFrom(hoursAgo), 'result', {}, never);
    const jobsOnDisk = () => readdirSync(directory, { recursive: true }).filter((name) => /job_\d+.*result/.test(String(name)));
    const damaged = jobsOnDisk().find((name) => String(name).includes('job_40'));
    truncateSync(join(directory, String(damaged)), 1);
    await expect(files.sweep(10 * 3600, never)).rejects.toThrow('damaged');
    expect(jobsOnDisk()).toEqual([damaged]);
  });

  it('are not swept any further when the process stops', async () => {
    await files.put(folderFrom(60), 'result', {}, never);
    await files.sweep(3600, AbortSignal.abort());
    expect(await left()).toHaveLength(1);
  });
});
