import { eventually, startChatStandIn, wordErrorRate, type ChatStandIn } from '@parlance/testing';
import { toFile } from 'openai';
import { AgentDirectory, send, type TurnAnswer } from './support/agents.js';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { speech as humanSpeech, spokenWords } from './support/recordings.js';

const KEY = 'a-key-of-the-model';
const QUESTION = 'Please tell me about the weather in the mountains.';
const REPLY = 'The sun will shine over the mountains in the afternoon.';

describe('agents', () => {
  const directory = new AgentDirectory();
  let gateway: RunningGateway;
  let models: ChatStandIn;
  let question: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    models = await startChatStandIn({ key: KEY });
    directory.write('model.json', chatAgent('Answer like a friend.'));
    gateway = await startGateway({ PARLANCE_AGENTS_DIR: directory.path, MODEL_KEY: KEY });
    const made = await gateway.client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: QUESTION, response_format: 'wav' });
    question = new Uint8Array(await made.arrayBuffer());
  }, 120_000);
  afterAll(async () => {
    await gateway.close();
    await models.close();
    directory.remove();
  });
  beforeEach(() => models.reset());

  function chatAgent(systemPrompt: string): object {
    const chat = { model: 'gpt-4o-mini', base_url: models.baseUrl, api_key: 'env:MODEL_KEY', system_prompt: systemPrompt };
    return { chat, voice_settings: { enabled: true } };
  }

  /** What the link of a reply says, as it is heard. */
  async function heard({ audio }: TurnAnswer): Promise<string> {
    const response = await fetch(audio?.url ?? 'nowhere:');
    expect(response.status).toBe(200);
    const file = await toFile(new Uint8Array(await response.arrayBuffer()), `reply.${audio?.format}`);
    return (await gateway.client.audio.transcriptions.create({ model: 'whisper-1', file })).text;
  }

  const shown = () => models.asked.at(-1)?.messages.map(({ role, content }) => [role, content]);

  describe('real speech in, real speech out', () => {
    it.each([
      ['what the gateway has spoken', () => question, QUESTION],
      ['what a person has said', () => new Uint8Array(humanSpeech), spokenWords],
    ])('%s', async (_whose, recording, words) => {
      const answer = await send(gateway, 'demo', { audio: recording() });
      expect(answer).toMatchObject({ status: 200, error: null, reply: { speak: true }, warnings: [] });
      expect(wordErrorRate(words, answer.transcript?.text ?? '')).toBeLessThanOrEqual(0.2);
      expect(answer.text).toBe(answer.transcript?.text);
      expect(wordErrorRate(answer.text ?? '', await heard(answer))).toBeLessThanOrEqual(0.25);
      const [said, replied] = answer.history;
      expect([said?.voice, replied?.voice, replied?.fileIds]).toEqual([true, true, [answer.audio?.file.id]]);
      // The recording is kept, and can be sent again by its id.
      const response = await fetch(`${gateway.url}/v1/files/${said?.fileIds[0]}`);
      expect(((await response.json()) as { sizeBytes: number }).sizeBytes).toBe(recording().byteLength);
    });
  });

  describe('a model decides', () => {
    const speaking = { toolCalls: [{ name: 'speak_reply', arguments: { text: REPLY } }] };

    it('to speak: to a text, and to a voice message', async () => {
      for (const message of [{ text: QUESTION }, { audio: question }]) {
        models.answer([speaking]);
        const answer = await send(gateway, 'model', message);
        expect(answer).toMatchObject({ status: 200, text: REPLY, error: null, reply: { speak: true } });
        expect(wordErrorRate(REPLY, await heard(answer))).toBeLessThanOrEqual(0.2);
        expect(answer.usage.models).toMatchObject([{ provider: 'chat', model: 'gpt-4o-mini' }]);
        const [, person] = shown() ?? [];
        expect(person).toEqual(['user', 'text' in message ? QUESTION : answer.transcript?.text]);
      }
    });

    it('to write: to a text, and to a voice message', async () => {
      for (const message of [{ text: QUESTION }, { audio: question }]) {
        models.answer([{ text: REPLY }]);
        const answer = await send(gateway, 'model', message);
        expect(answer).toMatchObject({
          status: 200,
          text: REPLY,
          audio: null,
          error: null,
          reply: { speak: false },
          usage: { speech: null },
        });
        expect(answer.history[1]).toEqual({ role: 'assistant', text: REPLY, voice: false, fileIds: [] });
      }
    });

    it('and fails: its status, and nothing of what it said', async () => {
      models.answer([{ status: 400, error: 'a secret of the vendor' }]);
      const answer = await send(gateway, 'model', { text: QUESTION });
      expect(answer).toMatchObject({ status: 502, error: { code: 'graph_failed' } });
      expect(JSON.stringify(answer)).not.toContain('secret');
    });

    it('and fails: the log says how, and nothing of what it said', async () => {
      models.answer([{ status: 401, error: 'a secret of the vendor' }]);
      expect(await send(gateway, 'model', { text: QUESTION })).toMatchObject({ status: 502 });
      const line = gateway.log.text.split('\n').findLast((one) => one.includes('A turn failed (graph_failed).')) ?? '';
      expect(JSON.parse(line)).toMatchObject({ level: 'error', requestId: expect.any(String), error: { code: '401' } });
      expect(line).not.toContain('secret');
    });
  });

  describe('files that change while the gateway runs', () => {
    const listed = async () =>
      (await (await fetch(`${gateway.url}/v1/agents`)).json()) as { problems: { file: string; problems: string[] }[] };
    const health = async () =>
      (await (await fetch(`${gateway.url}/health/ready`)).json()) as { status: string; details: { agents: object } };
    const promptOf = async () => {
      await send(gateway, 'model', { text: 'Hello.' });
      return JSON.stringify(shown()?.[0]);
    };
    const promptBecomes = (prompt: string) =>
      eventually(async () => (await promptOf()).includes(prompt), 'The agent stayed as it was.', 20_000);

    it('change the next turn', async () => {
      expect(await promptOf()).toContain('Answer like a friend.');
      directory.write('model.json', chatAgent('Answer like a judge.'));
      await promptBecomes('Answer like a judge.');
    });

    it('leave the last good version standing while they are broken, and say so', async () => {
      directory.write('model.json', chatAgent('Answer like a poet.'));
      await promptBecomes('Answer like a poet.');
      expect(await health()).toMatchObject({ details: { agents: { status: 'up' } } });
      directory.write('model.json', '{ "chat": {');
      await eventually(async () => (await listed()).problems.length > 0, 'Nobody told of it.', 20_000);
      expect((await listed()).problems).toEqual([{ file: 'model.json', problems: [expect.any(String)] }]);
      expect(await health()).toMatchObject({ status: 'degraded', details: { agents: { status: 'degraded', files: ['model.json'] } } });
      expect(await promptOf()).toContain('Answer like a poet.');
      directory.write('model.json', chatAgent('Answer like a child.'));
      await promptBecomes('Answer like a child.');
      expect(await health()).toMatchObject({ details: { agents: { status: 'up' } } });
    });

    it('come and go', async () => {
      const status = async () => (await send(gateway, 'new', { text: 'Hello.' })).status;
      expect(await status()).toBe(404);
      directory.write('new.yaml', 'name: New\n');
      await eventually(async () => (await status()) === 200, 'It did not come.', 20_000);
    });
  });
});
