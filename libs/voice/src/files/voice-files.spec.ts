import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '@parlance/contracts';
import { decodeTerms, FilesystemObjectStore, S3ObjectStore, UrlSigner } from '@parlance/storage';
import { describeWithS3, spokenAudio } from '@parlance/testing';
import { idOf } from './file-id.js';
import { VoiceFiles, type Upload } from './voice-files.js';

const MAXIMUM = 200_000;
const { signal } = new AbortController();
const gone = { code: 'not_found', reason: 'file_not_found' };

interface Bench {
  store: ObjectStore;
  /** What a client does with the upload it was given. */
  send: (upload: Upload['upload'], bytes: Uint8Array) => Promise<number>;
}

function describeFiles(name: string, bench: () => Bench): void {
  describe(`VoiceFiles in ${name}`, () => {
    let files: VoiceFiles;
    beforeEach(() => {
      files = new VoiceFiles(bench().store, { maximumAudioBytes: MAXIMUM });
    });
    const uploaded = async (bytes: Uint8Array, request: Parameters<VoiceFiles['prepareUpload']>[0] = { filename: 'Grüße.ogg' }) => {
      const { id, upload } = await files.prepareUpload(request);
      expect(await bench().send(upload, bytes)).toBe(200);
      return id;
    };

    it('tells everything of a recording that was uploaded', async () => {
      const bytes = spokenAudio('opus');
      const id = await uploaded(bytes, { filename: 'Grüße.ogg', sizeBytes: bytes.length, tenant: 'Acme', agent: 'a 1' });
      const file = await files.describe(id, signal);
      expect(file).toEqual({
        id,
        originalFilename: 'Grüße.ogg',
        mediaType: 'audio/ogg',
        sizeBytes: bytes.length,
        durationSeconds: expect.any(Number),
        format: 'ogg-opus',
        sampleRate: 48_000,
        channels: 1,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        bucket: bench().store.bucket,
        key: expect.stringMatching(/^voice\/recording\/_41cme\/a_201\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.ogg$/),
      });
      expect(Math.abs(Date.parse(file.createdAt) - Date.now())).toBeLessThan(60_000);
      expect(await files.read(id, signal)).toEqual({ bytes: Buffer.from(bytes), filename: 'Grüße.ogg' });
    });

    it('tells what is known of what is no audio', async () => {
      const id = await uploaded(Buffer.from('<html>'), { contentType: 'audio/mpeg' });
      const file = await files.describe(id, signal);
      expect(file).toMatchObject({ originalFilename: 'recording.mp3', mediaType: 'audio/mpeg', sizeBytes: 6 });
      expect(file).not.toHaveProperty('format');
      expect(file.key).toContain('/default/_/');
    });

    it('gives no id, link or bytes of what is not there', async () => {
      const { id } = await files.prepareUpload({ filename: 'a.ogg' });
      for (const unknown of [id, idOf('voice/speech/a'), 'nonsense']) {
        await expect(files.describe(unknown, signal)).rejects.toMatchObject(gone);
        await expect(files.link(unknown, 60, signal)).rejects.toMatchObject(gone);
        await expect(files.read(unknown, signal)).rejects.toMatchObject(gone);
      }
      await expect(files.delete(id, signal)).resolves.toBeUndefined();
      await expect(files.delete('nonsense', signal)).rejects.toMatchObject(gone);
    });

    it('deletes', async () => {
      const id = await uploaded(Buffer.from('sound'));
      await files.delete(id, signal);
      await files.delete(id, signal);
      await expect(files.link(id, 60, signal)).rejects.toMatchObject(gone);
    });

    it('says how long a link is good', async () => {
      const id = await uploaded(Buffer.from('sound'));
      const { url, expiresAt } = await files.link(id, 60, signal);
      expect(url).toContain(Buffer.from(id, 'base64url').toString());
      expect(Math.abs(Date.parse(expiresAt) - Date.now() - 60_000)).toBeLessThan(30_000);
      await expect(files.link(id, 604_801, signal)).rejects.toMatchObject({ code: 'invalid', param: 'expiresInSeconds' });
    });

    it('takes no more than is taken', async () => {
      await expect(files.prepareUpload({ filename: 'a.ogg', sizeBytes: MAXIMUM + 1 })).rejects.toMatchObject({
        code: 'too_large',
        param: 'sizeBytes',
      });
      const key = `voice/recording/t/a/2026/01/01/${randomUUID()}.ogg`;
      await bench().store.put(key, new Uint8Array(MAXIMUM + 1), { contentType: 'audio/ogg' });
      await expect(files.read(idOf(key), signal)).rejects.toMatchObject({ code: 'too_large', param: 'fileId' });
      expect(await files.describe(idOf(key), signal)).toMatchObject({ sizeBytes: MAXIMUM + 1, originalFilename: 'audio.ogg' });
    });

    it('tells what an empty object is', async () => {
      const key = `voice/recording/t/a/2026/01/01/${randomUUID()}.ogg`;
      await bench().store.put(key, new Uint8Array(), { contentType: 'audio/ogg' });
      expect(await files.describe(idOf(key), signal)).toMatchObject({ sizeBytes: 0 });
      expect((await files.read(idOf(key), signal)).bytes).toHaveLength(0);
    });

    it('does nothing for a caller who has left', async () => {
      const id = await uploaded(Buffer.from('sound'));
      const left = AbortSignal.abort();
      for (const work of [files.describe(id, left), files.link(id, 60, left), files.read(id, left), files.delete(id, left)]) {
        await expect(work).rejects.toMatchObject({ code: 'aborted' });
      }
      expect(await files.describe(id, signal)).toMatchObject({ sizeBytes: 5 });
    });
  });
}

describe('with the file system', () => {
  let directory: string;
  let store: FilesystemObjectStore;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'voice-files-'));
    store = new FilesystemObjectStore({ directory, publicUrl: 'http://localhost' }, new UrlSigner('a secret of the tests'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  // The gateway's own tests send it over HTTP.
  const send: Bench['send'] = async ({ url, headers }, bytes) => {
    const { pathname, searchParams } = new URL(url);
    const { metadata = {} } = decodeTerms(searchParams.get('terms') ?? undefined);
    await store.put(pathname.slice('/objects/'.length), bytes, { contentType: headers['content-type'] ?? '', metadata });
    return 200;
  };
  describeFiles('the file system', () => ({ store, send }));
});

describeWithS3((access) => {
  let store: S3ObjectStore;
  beforeAll(() => {
    const { endpoint, accessKey, secretKey } = access();
    store = new S3ObjectStore({ endpoint, accessKey, secretKey, region: 'us-east-1', bucket: `files-${randomUUID()}` });
  });
  afterAll(() => store.close());

  const send: Bench['send'] = async ({ url, method, headers }, bytes) => {
    const init: RequestInit = { method, headers, body: Uint8Array.from(bytes) };
    return (await fetch(url, init)).status;
  };
  describeFiles('S3', () => ({ store, send }));
});
