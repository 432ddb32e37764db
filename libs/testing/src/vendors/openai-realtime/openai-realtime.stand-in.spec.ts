import { connect } from 'node:net';
import OpenAI, { AuthenticationError } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import { OPENAI_KEY } from '../openai-compatible/openai-compatible.stand-in.js';
import { startRealtimeStandIn, type RealtimeStandIn } from './openai-realtime.stand-in.js';

const session: RealtimeClientEvent = {
  type: 'session.update',
  session: {
    type: 'realtime',
    output_modalities: ['audio'],
    audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' } },
  },
};
const message: RealtimeClientEvent = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: SPOKEN_TEXT }] },
};

describe("the stand-in for OpenAI's Realtime API, as the official client sees it", () => {
  let standIn: RealtimeStandIn;
  beforeAll(async () => {
    standIn = await startRealtimeStandIn();
  });
  afterAll(() => standIn.close());

  function open(apiKey = OPENAI_KEY, model = 'gpt-realtime-2.1-mini') {
    const url = new URL(standIn.url);
    const client = new OpenAI({ apiKey, baseURL: `${standIn.url}/v1` });
    // The client insists on wss: what it would say over TLS goes over a plain socket here.
    const createConnection = () => connect(Number(url.port), url.hostname);
    return new OpenAIRealtimeWS({ model, options: { createConnection } }, client);
  }

  async function converse(events: readonly RealtimeClientEvent[], realtime = open()): Promise<RealtimeServerEvent[]> {
    const seen: RealtimeServerEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      realtime.on('event', (event) => {
        seen.push(event);
        if (event.type === 'response.done') resolve();
      });
      realtime.on('error', reject);
      realtime.socket.on('open', () => {
        for (const event of events) realtime.send(event);
      });
    }).finally(() => realtime.close());
    return seen;
  }

  it('speaks', async () => {
    const events = await converse([session, message, { type: 'response.create' }]);
    const audio = events.flatMap((event) => (event.type === 'response.output_audio.delta' ? [Buffer.from(event.delta, 'base64')] : []));
    expect(Buffer.concat(audio).equals(spokenAudio('pcm'))).toBe(true);
    expect(events.map(({ type }) => type).slice(0, 4)).toEqual([
      'session.created',
      'session.updated',
      'conversation.item.added',
      'response.created',
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'response.output_audio_transcript.done', transcript: SPOKEN_TEXT }));
    expect(events.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'completed', usage: { output_tokens: 40 } } });
  });

  it('lists its models by HTTP', async () => {
    const list = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${standIn.url}/v1`, maxRetries: 0 }).models.list();
    expect((await list(OPENAI_KEY)).data).toContainEqual(expect.objectContaining({ id: 'gpt-realtime-2.1-mini' }));
    await expect(list('sk-wrong')).rejects.toThrow(AuthenticationError);
  });

  it('refuses a wrong key and an unknown model', async () => {
    await expect(converse([session], open('sk-wrong'))).rejects.toThrow('401');
    await expect(converse([session], open(OPENAI_KEY, 'gpt-none'))).rejects.toMatchObject({ error: { code: 'model_not_found' } });
  });

  it.each<[string, RealtimeClientEvent]>([
    ['a voice nobody has', { type: 'session.update', session: { type: 'realtime', audio: { output: { voice: 'nobody' } } } }],
    ['too fast', { type: 'session.update', session: { type: 'realtime', audio: { output: { speed: 2 } } } }],
    ['an unknown field', { type: 'session.update', session: { type: 'realtime', colour: 'red' } as never }],
    ['an answer to nothing', { type: 'response.create' }],
  ])('refuses %s', async (_name, event) => {
    await expect(converse([event])).rejects.toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});
