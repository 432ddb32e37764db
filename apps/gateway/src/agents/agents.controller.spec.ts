import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headOf, ParlanceError } from '@parlance/contracts';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { chunksOf, speech, transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, eventsOf, formOf, postForm, postJson, type Answer, type Part } from '../__fixtures__/post.js';
import { storeSpeech } from '../__fixtures__/store-speech.js';

const KEY = 'a-key-that-nobody-may-see';
const HIDDEN = 'a value of a field that nobody knows';

const RECORDING: Part = ['file', Buffer.from('sound'), 'hello.ogg'];

describe('/v1/agents', () => {
  let gateway: FakeGateway;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-agents-'));
    const chat = { model: 'gpt-4o-mini', api_key: 'env:AGENT_KEY' };
    writeFileSync(join(directory, 'writer.json'), JSON.stringify({ name: 'Writer', tenant: 'acme', chat, colour: HIDDEN }));
    writeFileSync(join(directory, 'silent.yaml'), 'voice_settings: { enabled: false }\n');
    writeFileSync(join(directory, 'broken.yaml'), 'tenant: [1]\n');
    gateway = await startFakeGateway({ PARLANCE_AGENTS_DIR: directory, AGENT_KEY: KEY });
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => gateway.voice.reset());

  const turns = (agent = 'demo') => `${gateway.url}/v1/agents/${agent}/turns`;
  const write = (body: object, agent?: string) => postJson(turns(agent), body);
  const record = (...parts: Part[]) => postForm(turns(), ...parts);
  const errorOf = ({ status, json: { error } }: Answer) => ({ status, code: error?.code, param: error?.param });
  const stream = (body: object, agent?: string) => postJson(turns(agent), body, { accept: 'text/event-stream' });
  const historyOf = ({ json }: Answer) => json['history'] as { text: string; voice: boolean; fileIds: string[] }[];

  describe('as JSON', () => {
    it('answers a text with everything that came of it', async () => {
      const answer = await write({ text: 'Hello.', thread: 't', id: 'one', user: 'u' });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        object: 'turn',
        transcript: null,
        text: 'Hello.',
        audio: null,
        error: null,
        id: 'one',
        agent: 'demo',
        thread: 't',
        repeated: false,
        reply: { speak: false, text: 'Hello.' },
        usage: { transcription: null, models: [], speech: null },
        history: [
          { role: 'user', text: 'Hello.', voice: false, fileIds: [] },
          { role: 'assistant', text: 'Hello.', voice: false, fileIds: [] },
        ],
        warnings: [],
        trace: { transcription: null, speech: null },
      });
      expect(gateway.voice.spoken).toEqual([]);
    });

    it('answers a recording, wherever it stands in the form, with a link to speech', async () => {
      const fields: Part[] = [
        ['format', 'opus'],
        ['expiresInSeconds', '60'],
        ['user', 'u'],
      ];
      const [first, ...others] = fields as [Part, ...Part[]];
      for (const parts of [
        [RECORDING, ...fields],
        [...fields, RECORDING],
        [first, RECORDING, ...others],
      ]) {
        gateway.voice.reset();
        const answer = await record(...parts);
        expect(answer).toMatchObject({
          status: 200,
          json: {
            transcript: { text: transcription.text, language: 'en-US', duration: 2.4 },
            text: transcription.text,
            audio: { url: 'http://127.0.0.1/objects/k?for=60', file: { id: 'f' }, bytes: null },
            error: null,
            reply: { speak: true },
          },
        });
        expect(gateway.voice.heard).toMatchObject([{ filename: 'hello.ogg', user: 'u', agent: 'demo', audio: Buffer.from('sound') }]);
        expect(gateway.voice.spoken).toMatchObject([{ text: transcription.text, format: 'opus', user: 'u' }]);
      }
    });

    it('takes a recording that is stored already, and stores none again', async () => {
      const stored = historyOf(await record(RECORDING))[0]?.fileIds ?? [];
      expect(stored).toHaveLength(1);
      const answer = await write({ fileId: stored[0] });
      expect(answer).toMatchObject({ status: 200, json: { transcript: { text: transcription.text } } });
      expect(historyOf(answer)[0]?.fileIds).toEqual(stored);
      expect(gateway.voice.heard.map(({ audio }) => Buffer.from(headOf(audio)).toString())).toEqual(['sound', 'sound']);
    });

    it('counts fields that are null as left out', async () => {
      const nothing = {
        fileId: null,
        thread: null,
        id: null,
        user: null,
        delivery: null,
        format: null,
        expiresInSeconds: null,
        config: null,
      };
      const answer = await write({ text: 'say it', ...nothing });
      expect(answer).toMatchObject({ status: 200, json: { text: 'say it', audio: { url: 'http://127.0.0.1/objects/k?for=3600' } } });
      expect(gateway.voice.spoken[0]).not.toHaveProperty('user');
    });

    it('tells of warnings in a header, too', async () => {
      const answer = await write({ text: 'Hi', config: { voice_settings: { enabled: false, intent_detection_mode: 'always' } } });
      expect(answer).toMatchObject({ status: 200, json: { text: 'Hi', audio: null, warnings: [{ code: 'voice_disabled' }] } });
      expect(answer.headers.get('x-parlance-warning')).toMatch(/^voice_disabled: /);
    });

    it('does a turn once, however often it is sent', async () => {
      const turn = { text: 'Twice.', thread: 'repeats', id: 'same' };
      const [first, second] = [await write(turn), await write({ ...turn, text: 'Other words.' })];
      expect([first.json['repeated'], second.json['repeated']]).toEqual([false, true]);
      expect(second.json['text']).toBe('Twice.');
      expect((await write({ ...turn, thread: 'another' })).json['repeated']).toBe(false);
    });

    it('answers again what was answered to the same Idempotency-Key', async () => {
      const send = (text: string) => postJson(turns(), { text }, { 'idempotency-key': 'agents-1' });
      const files = storeSpeech(gateway);
      const first = await send('say it once');
      const link = { url: 'http://127.0.0.1/objects/new', expiresAt: '2026-11-28T06:00:00.000Z' };
      jest.spyOn(files, 'link').mockResolvedValueOnce(link);
      const second = await send('say it once');
      const audio = first.json['audio'] as { file: { id: string } };
      expect(second.json).toEqual({ ...first.json, audio: { ...audio, ...link } });
      expect([first, second].map(({ headers }) => headers.get('x-parlance-idempotency'))).toEqual(['stored', 'replayed']);
      await files.delete(audio.file.id, new AbortController().signal);
      expect((await send('say it once')).json).toEqual({ ...first.json, audio: { ...audio, url: null, expiresAt: null } });
      expect(gateway.voice.spoken).toHaveLength(1);
      expect(errorOf(await send('something else'))).toEqual({ status: 422, code: 'idempotency_mismatch', param: null });
    });
  });

  describe('as events', () => {
    it('sends them in their order, and [DONE]', async () => {
      const response = await fetch(turns(), { method: 'POST', headers: { accept: 'text/event-stream' }, body: formOf(RECORDING) });
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(eventsOf(await response.text())).toMatchObject([
        { type: 'transcript', text: transcription.text, language: 'en-US' },
        { type: 'text', text: transcription.text },
        { type: 'audio', format: 'mp3', mediaType: 'audio/mpeg', url: 'http://127.0.0.1/objects/k?for=3600', bytes: null },
        { type: 'done', agent: 'demo', reply: { speak: true }, history: [{ voice: true }, { voice: true }] },
        '[DONE]',
      ]);
    });

    it('sends pieces as they are made', async () => {
      const events = eventsOf((await stream({ text: 'say it', delivery: 'chunks' })).text) as Record<string, unknown>[];
      expect(events.map((event) => event['type'] ?? event)).toEqual(['text', 'audio', 'audio', 'audio', 'done', '[DONE]']);
      const pieces = events.filter(({ type }) => type === 'audio');
      expect(pieces.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(pieces.map(({ bytes }) => Buffer.from(bytes as string, 'base64').toString()).join('')).toBe('one two three');
    });

    it('are needed for pieces', async () => {
      expect(errorOf(await write({ text: 'say it', delivery: 'chunks' }))).toEqual({ status: 400, code: null, param: 'delivery' });
      expect(errorOf(await record(RECORDING, ['delivery', 'chunks']))).toMatchObject({ status: 400, param: 'delivery' });
      expect(gateway.voice.heard).toEqual([]);
    });

    it('hand the text on while there is no speech yet', async () => {
      let speak = (): void => undefined;
      const ready = new Promise<void>((resolve) => (speak = resolve));
      const { speakToFile } = gateway.voice;
      gateway.voice.speakToFileIfPossible = async (...given) => ready.then(() => speakToFile(...given));
      const response = await fetch(turns(), {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'say it' }),
      });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const { value } = await reader.read();
      expect(eventsOf(Buffer.from(value ?? []).toString())).toEqual([{ type: 'text', text: 'say it' }]);
      speak();
      const rest: Uint8Array[] = [];
      for (let next = await reader.read(); !next.done; next = await reader.read()) rest.push(next.value);
      expect(eventsOf(Buffer.concat(rest).toString())).toMatchObject([{ type: 'audio' }, { type: 'done' }, '[DONE]']);
    });

    it('end with what went wrong', async () => {
      gateway.voice.speak = async () => speech(chunksOf('one ', new ParlanceError('server', 'It broke.')));
      const events = eventsOf((await stream({ text: 'say it', delivery: 'chunks' })).text);
      expect(events).toMatchObject([
        { type: 'text' },
        { type: 'audio', index: 0 },
        { type: 'error', text: 'say it', error: { message: 'It broke.', type: 'server_error', param: null, code: 'provider_error' } },
        '[DONE]',
      ]);
    });

    it('are none for a message that cannot be taken', async () => {
      const answer = await stream({ text: ' ' });
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(errorOf(answer)).toMatchObject({ status: 400, param: 'text' });
    });
  });

  describe('what there is', () => {
    const get = (path: string) => answerOf(fetch(`${gateway.url}${path}`));

    it('agents by id with their warnings and files with their problems, and nothing that is secret or unknown', async () => {
      const answer = await get('/v1/agents');
      expect(answer.json).toEqual({
        object: 'list',
        data: [
          { object: 'agent', id: 'demo', name: 'Demonstration', tenant: 'default', graph: 'echo', voice: true, warnings: [] },
          { object: 'agent', id: 'silent', name: 'silent', tenant: 'default', graph: 'echo', voice: false, warnings: [] },
          {
            object: 'agent',
            id: 'writer',
            name: 'Writer',
            tenant: 'acme',
            graph: 'chat',
            voice: false,
            warnings: [expect.objectContaining({ path: 'colour' }), expect.objectContaining({ path: 'voice_settings' })],
          },
        ],
        problems: [{ file: 'broken.yaml', problems: [expect.stringMatching(/^tenant must be /)] }],
      });
      for (const secret of [KEY, HIDDEN, 'AGENT_KEY', directory]) expect(answer.text).not.toContain(secret);
    });

    it('who hears and speaks for an agent', async () => {
      expect((await get('/v1/agents/demo/voice')).json).toEqual({
        success: true,
        sttProviders: ['local'],
        ttsProviders: ['local'],
        errors: [],
      });
      expect((await get('/v1/agents/silent/voice')).json).toMatchObject({ success: false, sttProviders: [], ttsProviders: [] });
    });

    it.each([
      ['turns', () => write({ text: 'Hi' }, 'nobody')],
      ['voice', () => get('/v1/agents/nobody/voice')],
    ])('is told to who asks the %s of an agent that is not there', async (_what, ask) => {
      const answer = await ask();
      expect(errorOf(answer)).toEqual({ status: 404, code: 'agent_not_found', param: 'agent' });
      for (const id of ['demo', 'silent', 'writer']) expect(answer.json.error?.message).toContain(id);
    });

    it('is described with the other routes', async () => {
      const { paths, components } = (await get('/docs/json')).json as unknown as {
        paths: Record<string, Record<string, { requestBody?: { content: object } }>>;
        components: { schemas: Record<string, { properties: object }> };
      };
      expect(Object.keys(paths['/v1/agents'] ?? {})).toEqual(['get']);
      expect(Object.keys(paths['/v1/agents/{agentId}/voice'] ?? {})).toEqual(['get']);
      expect(Object.keys(paths['/v1/agents/{agentId}/turns']?.['post']?.requestBody?.content ?? {})).toEqual([
        'application/json',
        'multipart/form-data',
      ]);
      expect(Object.keys(components.schemas['TurnDto']?.properties ?? {})).toEqual(
        expect.arrayContaining(['text', 'fileId', 'config', 'thread']),
      );
      expect(components.schemas['TurnFormDto']?.properties).toHaveProperty('file');
    });
  });
});
