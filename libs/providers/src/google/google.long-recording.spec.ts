import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GOOGLE_KEY, jsonBody, SPOKEN_TEXT, spokenAudio, startGoogleStandIn, wavOf, type GoogleStandIn } from '@parlance/testing';
import { googleReply, makeGoogle, transcriptionRequest } from './__fixtures__/google-bench.js';

/** 82 seconds. */
const long = wavOf(Buffer.concat(Array<Buffer>(40).fill(spokenAudio('pcm'))), 24_000);

describe('long recordings at Google', () => {
  let standIn: GoogleStandIn;
  let folder: string;
  beforeAll(async () => {
    standIn = await startGoogleStandIn();
    folder = mkdtempSync(join(tmpdir(), 'google-'));
    writeFileSync(join(folder, 'key.json'), JSON.stringify(standIn.account.keyFile));
  });
  afterEach(() => {
    standIn.reset();
    standIn.stored.clear();
  });
  afterAll(async () => {
    await standIn.close();
    rmSync(folder, { recursive: true });
  });

  async function transcribe(options: Readonly<Record<string, unknown>> = {}, signal = new AbortController().signal) {
    const settings = { apiKey: undefined, credentialsFile: join(folder, 'key.json'), bucket: 'voices', ...options };
    const { transcription, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, settings);
    try {
      return await transcription.transcribe(transcriptionRequest({ recording: { bytes: long, format: 'wav', duration: 82 } }), signal);
    } finally {
      await close();
    }
  }
  const paths = () => standIn.requests.map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f-]{36}|\d{10,}/g, 'x')}`);

  it('lays it in the bucket, looks until it is done, and takes it away', async () => {
    await expect(transcribe()).resolves.toMatchObject({ text: SPOKEN_TEXT, duration: 82, usage: { seconds: 83 } });
    expect(paths()).toEqual([
      'POST /upload/storage/v1/b/voices/o',
      'POST /v1/speech:longrunningrecognize',
      'GET /v1/operations/x',
      'GET /v1/operations/x',
      'DELETE /storage/v1/b/voices/o/parlance%2Fx',
    ]);
    const [upload, start] = standIn.requests;
    expect(upload).toMatchObject({ headers: expect.objectContaining({ 'content-type': 'audio/wav' }) });
    expect(upload?.body.equals(long)).toBe(true);
    expect(jsonBody(start!)['audio']).toEqual({ uri: `gs://voices/${upload?.query.get('name')}` });
    expect(standIn.stored.size).toBe(0);
  });

  it('refuses it without a bucket, before it asks', async () => {
    await expect(transcribe({ bucket: undefined })).rejects.toMatchObject({ code: 'too_large', param: 'file' });
    expect(standIn.requests).toHaveLength(0);
  });

  it('tells what became of the operation', async () => {
    standIn.fail(googleReply(200, { name: '123', done: true, error: { code: 5, message: 'The audio is gone.' } }));
    await expect(transcribe()).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('The audio is gone.') });
    expect(standIn.stored.size).toBe(0);
  });

  it('gives up at the deadline, and takes the recording away', async () => {
    await expect(transcribe({ operationMilliseconds: 300, pollMilliseconds: 60_000 })).rejects.toMatchObject({ code: 'timeout' });
    expect(standIn.stored.size).toBe(0);
  });

  it('leaves with its caller between two looks, and takes the recording away', async () => {
    const caller = new AbortController();
    const leave = async () => {
      while (standIn.calls.length < 1) await pause(5);
      caller.abort();
    };
    const [outcome] = await Promise.allSettled([transcribe({ pollMilliseconds: 60_000 }, caller.signal), leave()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    expect(paths().at(-1)).toBe('DELETE /storage/v1/b/voices/o/parlance%2Fx');
    expect(standIn.stored.size).toBe(0);
  });

  it('says so when a key may not write to the bucket', async () => {
    await expect(transcribe({ apiKey: GOOGLE_KEY })).rejects.toMatchObject({ code: 'auth', reason: 'CREDENTIALS_MISSING' });
  });
});
