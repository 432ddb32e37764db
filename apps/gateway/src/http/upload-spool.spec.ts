import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { ftruncateSync } from 'node:fs';
import { open, readdir, readlink, stat, type FileHandle } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { holdBytes, piecesOf, readAll, sizeOf, type Bytes, type ByteSource } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import type { FastifyReply } from 'fastify';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, postForm } from '../__fixtures__/post.js';
import { keptUntilAnswered } from './upload-spool.js';

const LARGE = 3_000_001;

describe('uploads', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_MAX_UPLOAD_BYTES: '5000000' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const post = (bytes: Buffer<ArrayBuffer>) =>
    postForm(`${gateway.url}/v1/audio/transcriptions`, ['model', 'whisper-1'], ['file', bytes, 'a.wav']);
  const postRaw = (body: Buffer<ArrayBuffer> | ReadableStream) =>
    answerOf(
      fetch(`${gateway.url}/v1/voice/transcribe`, {
        method: 'POST',
        headers: { 'content-type': 'audio/wav' },
        body,
        duplex: 'half',
      }),
    );

  /** Has the next recording looked at while it is heard. */
  const whileHeard = <Seen>(look: (audio: Bytes) => Promise<Seen>): Promise<Seen> =>
    new Promise((resolve, reject) => {
      gateway.voice.transcribe = async (request) => {
        await look(request.audio).then(resolve, reject);
        gateway.voice.heard.push(request);
        return transcription;
      };
    });

  /** Files of uploads that this process has open, and that have no name any more. */
  const openFiles = async (): Promise<number[]> => {
    const all = await readdir('/proc/self/fd');
    const links = await Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    const isUpload = (link: string) => link.startsWith(join(tmpdir(), 'parlance-upload-')) && link.endsWith(' (deleted)');
    return all.filter((_fd, index) => isUpload(links[index]!)).map(Number);
  };
  const nothingOpen = () => eventually(async () => (await openFiles()).length === 0, 'A file of an upload stays open.');

  it.each([1, 1_000_000])('of %d bytes stay in memory', async (size) => {
    const bytes = Buffer.from(randomBytes(size));
    const seen = whileHeard(async (audio) => [audio instanceof Uint8Array, Buffer.from(await readAll(audio)).equals(bytes)]);
    expect((await post(bytes)).status).toBe(200);
    expect(await seen).toEqual([true, true]);
  });

  it.each([
    ['a form', post],
    ['a body', postRaw],
    ['a body of unknown length', (bytes: Buffer<ArrayBuffer>) => postRaw(new Blob([bytes]).stream())],
  ])('of %s that are large lie in a file without a name until they are answered', async (_what, send) => {
    const bytes = Buffer.from(randomBytes(LARGE));
    const seen = whileHeard(async (audio) => {
      const file = audio as ByteSource;
      const pieces: Uint8Array[] = [];
      for await (const piece of piecesOf(file)) pieces.push(new Uint8Array(piece));
      return {
        size: sizeOf(file),
        head: bytes.subarray(0, 65_536).equals(file.head),
        sha256: file.sha256,
        whole: Buffer.from(await file.read()).equals(bytes),
        pieces: [pieces.length > 1, Buffer.concat(pieces).equals(bytes)],
        open: (await openFiles()).length,
      };
    });
    expect((await send(bytes)).status).toBe(200);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await seen).toEqual({ size: LARGE, head: true, sha256, whole: true, pieces: [true, true], open: 1 });
    await nothingOpen();
    await expect(gateway.voice.heard[0]!.audio instanceof Uint8Array || gateway.voice.heard[0]!.audio.read()).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('of unknown length that are small stay in memory', async () => {
    const bytes = Buffer.from(randomBytes(100_000));
    const seen = whileHeard(async (audio) => [audio instanceof Uint8Array, Buffer.from(await readAll(audio)).equals(bytes)]);
    expect((await postRaw(new Blob([bytes]).stream())).status).toBe(200);
    expect(await seen).toEqual([true, true]);
  });

  it('are kept for whoever holds them longer than their client stays', async () => {
    let release: (() => void) | undefined;
    let held: ByteSource | undefined;
    void whileHeard(async (audio) => {
      held = audio as ByteSource;
      release = held.hold();
    });
    const bytes = Buffer.from(randomBytes(LARGE));
    expect((await post(bytes)).status).toBe(200);
    expect(Buffer.from(await held!.read()).equals(bytes)).toBe(true);
    release!();
    release!();
    await nothingOpen();
    expect(() => held!.hold()).toThrow(expect.objectContaining({ code: 'aborted' }));
  });

  it('with the same key are known again, and others are not', async () => {
    const bytes = Buffer.from(randomBytes(LARGE));
    const send = (body: Buffer<ArrayBuffer>) =>
      answerOf(
        fetch(`${gateway.url}/v1/voice/transcribe`, {
          method: 'POST',
          headers: { 'content-type': 'audio/wav', 'idempotency-key': 'large' },
          body,
        }),
      );
    expect((await send(bytes)).headers.get('x-parlance-idempotency')).toBe('stored');
    expect((await send(bytes)).headers.get('x-parlance-idempotency')).toBe('replayed');
    bytes[LARGE - 1]! ^= 1;
    expect(await send(bytes)).toMatchObject({ status: 422, json: { error: { code: 'idempotency_mismatch' } } });
    await nothingOpen();
  });

  it('that are too large, or wrong, leave nothing open', async () => {
    expect((await post(Buffer.alloc(5_000_001))).status).toBe(413);
    expect((await postRaw(new Blob([Buffer.alloc(5_000_001)]).stream())).status).toBe(413);
    const second = await postForm(
      `${gateway.url}/v1/audio/transcriptions`,
      ['file', Buffer.alloc(LARGE), 'a.wav'],
      ['other', Buffer.from('x'), 'b.wav'],
    );
    expect(second.status).toBe(400);
    await nothingOpen();
  });

  it('of clients that leave in the middle leave nothing open', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const head = `POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${LARGE}\r\n\r\n`;
    socket.write(`${head}--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`);
    socket.write(Buffer.alloc(LARGE / 2));
    await eventually(async () => (await openFiles()).length === 1, 'The upload is not written.');
    socket.destroy();
    await nothingOpen();
    expect(gateway.voice.heard).toHaveLength(0);
  });

  it('that cannot be written are refused for now, and those after them are not', async () => {
    const any = await open('/dev/null');
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const spy = jest.spyOn(Object.getPrototypeOf(any) as FileHandle, 'writev').mockRejectedValueOnce(full);
    await any.close();
    const refused = await postRaw(Buffer.alloc(LARGE));
    const message = expect.stringContaining('again later') as string;
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'upload_not_kept', message } } });
    spy.mockRestore();
    expect((await postRaw(Buffer.alloc(LARGE))).status).toBe(200);
    await nothingOpen();
  });

  it('that could not be written in the middle are refused at their end', async () => {
    const any = await open('/dev/null');
    const spy = jest.spyOn(Object.getPrototypeOf(any) as FileHandle, 'writev').mockRejectedValueOnce(new Error('full'));
    await any.close();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(300_000);
      await eventually(async () => spy.mock.calls.length > 0, 'It is not written.');
      // It has failed, and nobody waited for it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const taken = keptUntilAnswered({ raw: new EventEmitter() } as unknown as FastifyReply)(Readable.from(slow()), LARGE, LARGE);
    await expect(taken).rejects.toMatchObject({ code: 'unavailable', reason: 'upload_not_kept' });
    spy.mockRestore();
    await nothingOpen();
  });

  it('that cannot be read say so', async () => {
    const seen = whileHeard(async (audio) => {
      ftruncateSync((await openFiles())[0]!, 1000);
      return (audio as ByteSource).read().catch((error: unknown) => error);
    });
    await post(Buffer.alloc(LARGE));
    expect(await seen).toMatchObject({ code: 'unavailable', reason: 'upload_not_kept' });
  });

  it('leave no memory behind once they are written, but what belongs to somebody else', async () => {
    const reply = { raw: new EventEmitter() } as unknown as FastifyReply;
    const PART = 1_000_000;
    const whole = [randomBytes(PART), randomBytes(PART)];
    const shared = randomBytes(LARGE);
    const before = [...whole, shared.subarray(0, PART)].map((chunk) => Buffer.from(chunk));
    const kept = await keptUntilAnswered(reply)(Readable.from([...whole, shared.subarray(0, PART)]), LARGE, LARGE);
    expect(Buffer.from(await readAll(kept)).equals(Buffer.concat(before))).toBe(true);
    expect([...whole, shared].map(({ byteLength }) => byteLength)).toEqual([0, 0, LARGE]);
    reply.raw.emit('close');
    await nothingOpen();
  });

  /** Nearly a border, which it turns out not to be with the next chunk: all that is remembered of a form is handed out. */
  const NEARLY = ['12\r\n--abc', 'Zfoo'];
  const FILL = Array.from({ length: 30 }, () => 'x'.repeat(65_536));
  it.each([
    ['once', [...NEARLY, ...FILL]],
    ['twice before something is written', [...NEARLY, ...NEARLY, ...FILL]],
    ['again while something is written', [...NEARLY, ...FILL.slice(0, 4), ...NEARLY, ...FILL]],
  ])('with what looks like their end at the end of a chunk, %s, come as they are', async (_when, content) => {
    const written = async () => {
      const [fd] = await openFiles();
      return fd !== undefined && (await stat(`/proc/self/fd/${fd}`)).size > 1_500_000;
    };
    async function* form(): AsyncGenerator<Uint8Array> {
      for (const name of ['model"\r\n\r\nwhisper-1\r\n', 'file"; filename="a.wav"\r\n\r\n']) {
        yield Buffer.from(`--abcd\r\ncontent-disposition: form-data; name="${name}`);
      }
      for (const chunk of content) yield Buffer.from(chunk);
      await eventually(written, 'It is not written.');
      for (const chunk of ['aa\r', 'zz', '\r\n--abcd--\r\n']) yield Buffer.from(chunk);
    }
    const seen = whileHeard(async (audio) => Buffer.from(await readAll(audio)).equals(Buffer.from([...content, 'aa\r', 'zz'].join(''))));
    const headers = { 'content-type': 'multipart/form-data; boundary=abcd' };
    const url = `${gateway.url}/v1/audio/transcriptions`;
    const body = form() as unknown as ReadableStream;
    expect((await answerOf(fetch(url, { method: 'POST', headers, body, duplex: 'half' }))).status).toBe(200);
    expect(await seen).toBe(true);
    await nothingOpen();
  });

  it('stay in memory where no file can be written', async () => {
    const reply = { raw: new EventEmitter() } as unknown as FastifyReply;
    const bytes = randomBytes(LARGE);
    const take = keptUntilAnswered(reply, join(tmpdir(), 'missing', 'folder'));
    const kept = await take(Readable.from([bytes.subarray(0, 2_000_000), bytes.subarray(2_000_000)]), LARGE, LARGE);
    expect([kept instanceof Uint8Array, Buffer.from(await readAll(kept)).equals(bytes)]).toEqual([true, true]);
  });

  it('are given back at once when their client has left before they were whole', async () => {
    const reply = { raw: Object.assign(new EventEmitter(), { closed: true }) } as unknown as FastifyReply;
    const kept = await keptUntilAnswered(reply)(Readable.from([randomBytes(LARGE)]), LARGE, LARGE);
    expect(() => holdBytes(kept)).toThrow(expect.objectContaining({ code: 'aborted' }));
    await nothingOpen();
  });
});
