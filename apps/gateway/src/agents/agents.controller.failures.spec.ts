import { Logger } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, formOf, postForm, postJson, type Answer, type Part } from '../__fixtures__/post.js';

const KEY = 'a-key-that-nobody-may-see';
const VOICE = { enabled: true, intent_detection_mode: 'always' };
const RECORDING: Part = ['file', Buffer.from('sound'), 'hello.ogg'];

describe('turns of /v1/agents', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ AGENT_KEY: KEY });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const turns = (agent = 'demo') => `${gateway.url}/v1/agents/${agent}/turns`;
  const write = (body: object, agent?: string) => postJson(turns(agent), body);
  const record = (...parts: Part[]) => postForm(turns(), ...parts);
  const errorOf = ({ status, json: { error } }: Answer) => ({ status, code: error?.code, param: error?.param });

  describe('when something fails', () => {
    it('the text comes all the same, and the next try speaks it', async () => {
      gateway.voice.speakToFileIfPossible = () => Promise.reject(new ParlanceError('unavailable', 'Nobody can speak.'));
      const turn = { text: 'say it', thread: 'fails', id: 'x' };
      const key = { 'idempotency-key': 'agents-2' };
      const failed = { message: 'Nobody can speak.', type: 'server_error', param: null, code: 'service_unavailable' };
      expect(await write(turn)).toMatchObject({
        status: 200,
        json: { text: 'say it', audio: null, error: failed, reply: { speak: true } },
      });
      gateway.voice.reset();
      const again = await postJson(turns(), turn, key);
      expect(again).toMatchObject({ status: 200, json: { text: 'say it', audio: { file: { id: 'f' } }, error: null, repeated: true } });
    });

    it('and there is no text, it is the error that is answered', async () => {
      gateway.voice.transcribe = () => Promise.reject(new ParlanceError('unavailable', 'Nobody can hear.'));
      expect(errorOf(await record(RECORDING))).toEqual({ status: 503, code: 'service_unavailable', param: null });
      gateway.voice.transcribe = async () => ({ ...transcription, text: ' ' });
      expect(errorOf(await record(RECORDING))).toEqual({ status: 422, code: null, param: 'file' });
      expect(errorOf(await write({ text: 'Hi', config: { graph: 'nothing' } }))).toMatchObject({ status: 404, code: 'graph_not_found' });
    });

    it.each(['application/json', 'text/event-stream'])('the log says so once, whether there is a text or not: %s', async (accept) => {
      const logged = jest.spyOn(Logger.prototype, 'warn');
      gateway.voice.transcribe = () => Promise.reject(new ParlanceError('unavailable', 'Nobody can hear.'));
      gateway.voice.speakToFileIfPossible = () => Promise.reject(new ParlanceError('unavailable', 'Nobody can speak.'));
      await answerOf(fetch(turns(), { method: 'POST', headers: { accept }, body: formOf(RECORDING) }));
      await postJson(turns(), { text: 'say it' }, { accept });
      const lines = logged.mock.calls.map(([line]) => (line as { message: string }).message).filter((line) => !line.startsWith('POST'));
      expect(lines).toEqual(['unavailable: Nobody can hear.', 'unavailable: Nobody can speak.']);
      logged.mockRestore();
    });

    it.each(['application/json', 'text/event-stream'])('a client that leaves %s ends its turn', async (accept) => {
      let asked: AbortSignal | undefined;
      gateway.voice.transcribe = (_request, signal) => {
        asked = signal;
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('left')), { once: true }));
      };
      const leaving = new AbortController();
      const body = formOf(RECORDING, ['thread', `left by ${accept}`]);
      const gone = fetch(turns(), { method: 'POST', headers: { accept }, body, signal: leaving.signal }).catch(() => 'left');
      await eventually(async () => asked !== undefined, 'Nobody was asked.');
      leaving.abort();
      expect(await gone).toBe('left');
      await eventually(async () => asked?.aborted === true, 'The turn went on.');
      expect((await write({ text: 'Hello.', thread: `left by ${accept}` })).json['text']).toBe('Hello.');
    });

    it('a client that leaves when something has just come is no failure of the server', async () => {
      const logged = jest.spyOn(Logger.prototype, 'error');
      let asked = false;
      gateway.voice.transcribe = (_request, signal) => {
        asked = true;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(transcription), { once: true }));
      };
      const leaving = new AbortController();
      const body = formOf(RECORDING, ['thread', 'left too late']);
      const gone = fetch(turns(), { method: 'POST', body, signal: leaving.signal }).catch(() => 'left');
      await eventually(async () => asked, 'Nobody was asked.');
      leaving.abort();
      expect(await gone).toBe('left');
      expect((await write({ text: 'Hello.', thread: 'left too late' })).json['text']).toBe('Hello.');
      expect(logged).not.toHaveBeenCalled();
      logged.mockRestore();
    });

    it.each([
      ['nothing', {}, 'text'],
      ['two messages', { text: 'Hi', fileId: 'x' }, 'text'],
      ['an empty text', { text: '' }, 'text'],
      ['an empty thread', { text: 'Hi', thread: '' }, 'thread'],
      ['a format that is none', { text: 'Hi', format: 'vinyl' }, 'format'],
      ['a link for ever', { text: 'Hi', expiresInSeconds: 604_801 }, 'expiresInSeconds'],
      ['an unknown field', { text: 'Hi', speak: true }, 'speak'],
    ])('%s is refused', async (_what, body, param) => {
      expect(errorOf(await write(body))).toMatchObject({ status: 400, param });
    });

    it('a form without a recording, and other bodies, are refused', async () => {
      expect(errorOf(await record(['text', 'Hi']))).toMatchObject({ status: 400, param: 'file' });
      expect(errorOf(await postJson(turns(), 'Hi', { 'content-type': 'text/plain' }))).toMatchObject({ status: 415 });
    });

    it('a voice message for an agent without a voice is refused', async () => {
      expect(errorOf(await record(RECORDING, ['config', '{}']))).toEqual({ status: 400, code: 'voice_disabled', param: 'file' });
    });
  });

  describe('an agent of the message', () => {
    it('is taken as JSON and as text of a form', async () => {
      const config = { voice_settings: VOICE };
      expect(await write({ text: 'Hi', config }, 'own')).toMatchObject({ status: 200, json: { agent: 'own', audio: { file: {} } } });
      const answer = await record(['config', JSON.stringify({ ...config, agent_id: 'named' })], RECORDING);
      expect(answer).toMatchObject({ status: 200, json: { agent: 'named', audio: { file: {} } } });
    });

    it('has conversations of its own, whatever it calls itself', async () => {
      const turn = { text: 'Hi', thread: 'shared', id: 'same' };
      await write(turn);
      expect((await write({ ...turn, config: { agent_id: 'demo' } })).json['repeated']).toBe(false);
    });

    it('is told everything that is wrong with it, with its place', async () => {
      const config = { tenant: 1, chat: { model: 'm', base_url: 'https://example.com' }, voice_settings: { cache_ttl_hours: 0 } };
      const answer = await write({ text: 'Hi', config });
      expect(errorOf(answer)).toEqual({ status: 400, code: 'invalid_agent', param: 'config' });
      for (const path of ['tenant', 'chat.base_url', 'voice_settings.cache_ttl_hours']) {
        expect(answer.json.error?.message).toContain(`${path} `);
      }
      expect(errorOf(await record(['config', '{"tenant"'], RECORDING))).toMatchObject({ status: 400, param: 'config' });
      expect(errorOf(await write({ text: 'Hi', config: [1] }))).toMatchObject({ status: 400, param: 'config' });
    });

    it('cannot look at the variables of the server', async () => {
      const answer = await write({ text: 'Hi', config: { chat: { model: 'm', api_key: 'env:AGENT_KEY' } } });
      expect(errorOf(answer)).toMatchObject({ status: 400, code: 'invalid_agent' });
      expect(answer.text).not.toContain(KEY);
    });

    it('is refused where the operator wants none', async () => {
      const strict = await startFakeGateway({ PARLANCE_INLINE_AGENTS: 'false' });
      try {
        const url = `${strict.url}/v1/agents/demo/turns`;
        const refused = { status: 403, code: 'inline_agents_not_allowed', param: 'config' };
        expect(errorOf(await postJson(url, { text: 'Hi', config: {} }))).toEqual(refused);
        expect(errorOf(await postForm(url, RECORDING, ['config', '{}']))).toEqual(refused);
        expect((await postJson(url, { text: 'Hi', config: null })).status).toBe(200);
      } finally {
        await strict.close();
      }
    });
  });
});
