import * as fc from 'fast-check';
import { postForm, postJson } from '../../apps/gateway/src/__fixtures__/post.js';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { encoded, samplesOf } from './support/recordings.js';

/** More than a leak of everything that these tests send, less than one of everything it decodes to. */
const TOLERATED_GROWTH_BYTES = 512 * 1024 * 1024;

describe('malformed input', () => {
  let gateway: RunningGateway;
  let before: number;
  beforeAll(async () => {
    gateway = await startGateway();
    before = process.memoryUsage().rss;
  });
  afterAll(() => gateway.close());

  /** No answer is a fault of the server, and every refusal has the one error body. */
  function expectSober({ status, json }: Awaited<ReturnType<typeof postJson>>): void {
    expect(status).toBeLessThan(500);
    if (status !== 200) expect(Object.keys(json.error ?? {})).toEqual(['message', 'type', 'param', 'code']);
  }

  it('of any JSON is refused soberly', async () => {
    const field = fc.oneof(fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }), fc.constant('alloy'), fc.constant('tts-1'));
    const request = fc.record({ input: field, model: field, voice: field, speed: field, response_format: field }, { requiredKeys: [] });
    const bodies = fc.oneof(
      request.map((body) => JSON.stringify(body)),
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => expectSober(await postJson(`${gateway.url}/v1/audio/speech`, body))),
      { numRuns: 150 },
    );
  });

  it.each(['/v1/audio/speech', '/v1/voice/speak', '/v1/jobs/speech', '/v1/agents/demo/turns'])(
    'nested without an end is refused by %s',
    async (path) => {
      for (const depth of [100, 1500, 100_000]) {
        const { status, json } = await postJson(`${gateway.url}${path}`, `{"options":${'['.repeat(depth)}${']'.repeat(depth)}}`);
        expect([status, json.error?.code]).toEqual([400, 'invalid_json']);
      }
    },
  );

  it('nested without an end is refused in a form, too', async () => {
    for (const depth of [100, 100_000]) {
      const config = `{"options":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const { status, json } = await postForm(
        `${gateway.url}/v1/agents/demo/turns`,
        ['file', Buffer.from('sound'), 'a.wav'],
        ['config', config],
      );
      expect([status, json.error?.code]).toEqual([400, 'invalid_json']);
    }
  });

  it('of any text to speak is spoken or refused soberly', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.lorem({ maxCount: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (input) => {
        const body = { input, model: 'tts-1', voice: 'alloy', response_format: 'pcm' };
        expectSober(await postJson(`${gateway.url}/v1/audio/speech`, body));
      }),
      { numRuns: 40 },
    );
  });

  it('of damaged recordings is refused or heard soberly', async () => {
    const samples = samplesOf(0, 1);
    const formats = ['wav', 'mp3', 'opus', 'flac'] as const;
    const recordings = new Map(await Promise.all(formats.map(async (format) => [format, await encoded(samples, format)] as const)));
    const damage = fc.record({
      format: fc.constantFrom(...formats),
      // Headers are where damage hurts most.
      changes: fc.array(fc.tuple(fc.oneof(fc.nat(200), fc.nat(20_000)), fc.nat(255)), { maxLength: 12 }),
      keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ format, changes, keep }) => {
        const recording = recordings.get(format) ?? new Uint8Array();
        const bytes = recording.slice(0, Math.ceil(recording.byteLength * keep));
        for (const [position, value] of changes) if (position < bytes.byteLength) bytes[position] = value;
        expectSober(await postForm(`${gateway.url}/v1/audio/transcriptions`, ['model', 'whisper-1'], ['file', bytes, 'damaged.wav']));
      }),
      { numRuns: 80 },
    );
  });

  it('of any form is refused soberly', async () => {
    const url = `${gateway.url}/v1/audio/transcriptions`;
    const fields = fc.array(
      fc.tuple(fc.constantFrom('model', 'language', 'temperature', 'stream', 'response_format', 'x[]'), fc.string({ maxLength: 10 })),
      { maxLength: 6 },
    );
    const files = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(fields, files, async (parts, bytes) =>
        expectSober(await postForm(url, ...parts, ['file', Uint8Array.from(bytes), 'a.ogg'])),
      ),
      { numRuns: 80 },
    );
  });

  it('leaves the server at work, within bounds', async () => {
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(TOLERATED_GROWTH_BYTES);
  });
});
