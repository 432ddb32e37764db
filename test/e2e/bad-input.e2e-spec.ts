import { deflateRawSync } from 'node:zlib';
import { answerOf, postForm, postJson } from '../../apps/gateway/src/__fixtures__/post.js';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { encoded, longSilence, samplesOf, speech, wavWith } from './support/recordings.js';

const wanted = { model: 'tts-1', voice: 'alloy', input: 'Hello.' };
const noise = (bytes: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * index * 31 + (index >> 3)) % 251);

describe('bad input', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const transcribe = (bytes: Uint8Array<ArrayBuffer>, name: string) =>
    postForm(`${gateway.url}/v1/audio/transcriptions`, ['model', 'whisper-1'], ['file', bytes, name]);

  it.each([
    ['nothing to say', { ...wanted, input: '' }, 400, 'input'],
    ['spaces', { ...wanted, input: '  \n ' }, 400, 'input'],
    ['nothing that can be spoken', { ...wanted, input: '*** --- 🎉 !!!' }, 400, 'input'],
    ['too much to say', { ...wanted, input: 'a'.repeat(4097) }, 400, 'input'],
    ['a voice that is none', { ...wanted, voice: 'nobody' }, 400, 'voice'],
    ['a model that is none', { ...wanted, model: 'gpt-99' }, 404, 'model'],
    ['a format that is none', { ...wanted, response_format: 'midi' }, 400, 'response_format'],
    ['a speed of 9', { ...wanted, speed: 9 }, 400, 'speed'],
    ['half a body', '{"input":', 400, null],
  ])('speech of %s', async (_what, body, status, param) => {
    const answer = await postJson(`${gateway.url}/v1/audio/speech`, body);
    expect(answer).toMatchObject({ status, json: { error: { type: 'invalid_request_error', param } } });
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('the names that are wrong are answered with those that are right', async () => {
    const unknownVoice = await postJson(`${gateway.url}/v1/audio/speech`, { ...wanted, voice: 'nobody' });
    expect(unknownVoice.json.error?.message).toContain('alloy');
    const unknownModel = await postJson(`${gateway.url}/v1/audio/speech`, { ...wanted, model: 'gpt-99' });
    expect(unknownModel.json.error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('tts-1') });
  });

  it.each([
    ['random bytes', 'noise.wav', () => noise(50_000)],
    ['text', 'text.mp3', () => new TextEncoder().encode('This is no audio at all. '.repeat(100))],
    [
      'a zip archive',
      'archive.mp3',
      () => new Uint8Array(Buffer.concat([Buffer.from('PK\u0003\u0004\u0014\0\0\0\b\0'), deflateRawSync(speech)])),
    ],
    ['four bytes', 'tiny.ogg', () => new TextEncoder().encode('OggS')],
    ['a header alone', 'header.wav', () => new Uint8Array(speech.subarray(0, 20))],
    ['a header that announces four gigabytes', 'huge.wav', () => wavWith(4_000_000_000, speech.subarray(44, 2000))],
  ])('transcription of %s', async (_what, name, bytes) => {
    const answer = await transcribe(bytes(), name);
    expect(answer).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', param: 'file' } } });
    expect(answer.json.error?.message.length).toBeGreaterThan(20);
  });

  it('transcription of a file that was cut off says that it is incomplete', async () => {
    const whole = await encoded(samplesOf(0, 3), 'opus');
    const answer = await transcribe(whole.slice(0, Math.floor(whole.byteLength / 2)), 'cut.ogg');
    expect(answer).toMatchObject({ status: 400, json: { error: { param: 'file', message: expect.stringContaining('incomplete') } } });
  });

  it('transcription of three hours of nothing stops at the limit', async () => {
    const silence = await longSilence(3 * 3600);
    expect(silence.byteLength).toBeLessThan(10_000_000);
    const answer = await transcribe(silence, 'silence.flac');
    expect(answer.status).toBe(413);
    expect(answer.json.error?.message).toContain('1800');
  });

  it('an upload of 200 MB is refused while it is being sent', async () => {
    let sent = 0;
    const piece = new Uint8Array(262_144);
    const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="big.wav"\r\ncontent-type: audio/wav\r\n\r\n';
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
      pull: (controller) => {
        if (sent >= 200_000_000) controller.close();
        else controller.enqueue(piece);
        sent += piece.byteLength;
      },
    });
    const answer = await answerOf(
      fetch(`${gateway.url}/v1/audio/transcriptions`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body,
        duplex: 'half',
      }),
    );
    expect(answer).toMatchObject({ status: 413, json: { error: { message: expect.stringContaining('26214400') } } });
    expect(sent).toBeLessThan(200_000_000);
  });

  it('does no harm to those who come after', async () => {
    expect((await postJson(`${gateway.url}/v1/audio/speech`, wanted)).status).toBe(200);
    expect((await transcribe(new Uint8Array(speech), 'speech.wav')).status).toBe(200);
  });
});
