import { ParlanceError } from '@parlance/contracts';
import type { VoiceCatalogue, VoiceService } from '@parlance/voice';
import { FakeVoice } from '../__fixtures__/fake-voice.js';
import { Agents } from '../agents/agents.js';
import { AgentVoice } from './agent-voice.js';

/** An agent as the platform before writes it. */
function oldAgent(voiceSettings: object): Record<string, unknown> {
  return { agent_id: 'old', config: { simple: { settings: { voice_settings: { enabled: true, ...voiceSettings } } } } };
}

const WITH_PROVIDERS = oldAgent({
  rate_limit_per_minute: 7,
  providers: [
    { provider: 'other', priority: 2, tts_config: { voice: 'anna', language: 'de-DE', audio_format: 'ogg', sample_rate: 16_000 } },
    { provider: 'local', priority: 1, stt_config: { model: 'moonshine', language: 'en-US', max_duration: 30 } },
  ],
});

describe('AgentVoice', () => {
  let voice: FakeVoice;
  let agents: Agents;
  let services: AgentVoice;
  const signal = new AbortController().signal;
  beforeEach(() => {
    voice = new FakeVoice();
    agents = new Agents({ environment: {}, knownProviders: voice.providerNames() });
    services = new AgentVoice(agents, voice as unknown as VoiceService, voice as unknown as VoiceCatalogue);
  });

  describe('initializeForAgent', () => {
    it.each([['demo'], [oldAgent({})]])('says who hears and speaks for %j', async (agent) => {
      expect(await services.initializeForAgent(agent)).toEqual({
        success: true,
        sttProviders: ['local'],
        ttsProviders: ['local'],
        errors: [],
      });
    });

    it('asks by the settings of the agent, and tells why others are not asked', async () => {
      const asked: object[] = [];
      voice.transcriptionOutlook = async (...given: unknown[]) => {
        asked.push(given[0] as object);
        return { plan: [{ provider: 'local', model: 'moonshine' }], skipped: [], languages: ['en'] };
      };
      voice.speechOutlook = (...given: unknown[]) => {
        asked.push(given[0] as object);
        return { plan: [], skipped: [{ provider: 'other', reason: 'circuit open' }], languages: [] };
      };
      expect(await services.initializeForAgent(WITH_PROVIDERS)).toEqual({
        success: true,
        sttProviders: ['local'],
        ttsProviders: [],
        errors: ['tts other: circuit open'],
      });
      expect(asked).toMatchObject([
        { agent: 'old', providers: [{ name: 'local', priority: 1, transcription: { model: 'moonshine', language: 'en-US' } }] },
        { agent: 'old', providers: [{ name: 'other', priority: 2, speech: { voice: 'anna', language: 'de-DE' } }], format: 'opus' },
      ]);
    });

    it('has no success where nobody can be asked', async () => {
      voice.speechOutlook = () => {
        throw new ParlanceError('unavailable', 'Nobody speaks.');
      };
      voice.transcriptionOutlook = async () => ({ plan: [], skipped: [{ provider: 'local', reason: 'switched off' }], languages: [] });
      expect(await services.initializeForAgent('demo')).toEqual({
        success: false,
        sttProviders: [],
        ttsProviders: [],
        errors: ['stt local: switched off', 'tts *: Nobody speaks.'],
      });
    });

    it('has no success where voice is off, and asks nobody', async () => {
      const outlook = jest.spyOn(voice, 'speechOutlook');
      expect(await services.initializeForAgent({ ...oldAgent({ enabled: false }) })).toEqual({
        success: false,
        sttProviders: [],
        ttsProviders: [],
        errors: [expect.stringContaining("'voice_settings.enabled' is false")],
      });
      expect(outlook).not.toHaveBeenCalled();
    });

    it('throws for an agent that is not there or cannot be read, and passes on what is no failure of voice', async () => {
      await expect(services.initializeForAgent('nobody')).rejects.toMatchObject({ code: 'not_found' });
      await expect(services.initializeForAgent(oldAgent({ cache_ttl_hours: 0 }))).rejects.toMatchObject({ code: 'invalid' });
      voice.speechOutlook = () => {
        throw new TypeError('a mistake of ours');
      };
      await expect(services.initializeForAgent('demo')).rejects.toThrow(TypeError);
    });
  });

  it('processVoiceMessage hears as the agent says', async () => {
    const message = { agentId: 'a', userId: 'u', agentConfig: WITH_PROVIDERS, audio: Buffer.from('Hello.'), filename: 'a.ogg' };
    expect(await services.processVoiceMessage(message, signal)).toMatchObject({ text: 'Hello.', language: 'en' });
    expect(voice.heard).toMatchObject([
      {
        tenant: 'default',
        agent: 'old',
        user: 'u',
        rateLimitPerMinute: 7,
        filename: 'a.ogg',
        providers: [{ name: 'local', transcription: { model: 'moonshine', maximumSeconds: 30 } }],
      },
    ]);
    await services.processVoiceMessage({ agentId: 'demo', userId: 'u', audio: Buffer.from('Hi.') }, signal);
    expect(voice.heard[1]).toMatchObject({ agent: 'demo', user: 'u' });
    expect(voice.heard[1]).not.toHaveProperty('filename');
  });

  it('synthesizeResponse speaks as the agent says, and stores it', async () => {
    const spoken = await services.synthesizeResponse({ agentId: 'a', userId: 'u', agentConfig: WITH_PROVIDERS, text: 'Good day.' }, signal);
    expect(spoken).toMatchObject({ file: { id: 'speech-1' }, url: 'https://store/speech-1?for=3600' });
    expect(voice.spoken).toMatchObject([
      {
        text: 'Good day.',
        agent: 'old',
        user: 'u',
        rateLimitPerMinute: 7,
        format: 'opus',
        sampleRate: 16_000,
        providers: [{ name: 'other', speech: { voice: 'anna' } }],
      },
    ]);
  });

  it('an agent without an id is called as its message calls it', async () => {
    const agentConfig = { voice_settings: { enabled: true } };
    await services.synthesizeResponse({ agentId: 'named', userId: 'u', agentConfig, text: 'Hi.' }, signal);
    expect(voice.spoken).toMatchObject([{ agent: 'named' }]);
    const unknown = services.synthesizeResponse({ agentId: 'nobody', userId: 'u', text: 'Hi.' }, signal);
    await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([oldAgent({ enabled: false }), { agent_id: 'silent' }])('nobody is asked for %j, whose voice is off', async (agentConfig) => {
    const message = { agentId: 'a', userId: 'u', agentConfig };
    const refused = { code: 'unsupported', reason: 'voice_disabled' };
    await expect(services.synthesizeResponse({ ...message, text: 'Hi.' }, signal)).rejects.toMatchObject(refused);
    await expect(services.processVoiceMessage({ ...message, audio: Buffer.from('Hi.') }, signal)).rejects.toMatchObject(refused);
    expect([voice.spoken, voice.heard]).toEqual([[], []]);
  });

  it('hands on the signal and the failures of the voice', async () => {
    const given: AbortSignal[] = [];
    voice.beforeSpeech = (_request, own) => {
      given.push(own);
      return Promise.reject(new ParlanceError('rate', 'Too often.'));
    };
    await expect(services.synthesizeResponse({ agentId: 'demo', userId: 'u', text: 'Hi.' }, signal)).rejects.toMatchObject({
      code: 'rate',
    });
    voice.beforeTranscript = async (_request, own) => void given.push(own);
    await services.processVoiceMessage({ agentId: 'demo', userId: 'u', audio: Buffer.from('x') }, signal);
    expect(given).toEqual([signal, signal]);
  });

  it('health is that of the plan, and whole only with both', async () => {
    expect(await services.health()).toEqual({ healthy: true, stt: voice.outlook, tts: voice.outlook });
    voice.speechOutlook = () => {
      throw new ParlanceError('unavailable', 'Nobody speaks.');
    };
    expect(await services.health()).toEqual({
      healthy: false,
      stt: voice.outlook,
      tts: { plan: [], skipped: [{ provider: '*', reason: 'Nobody speaks.' }], languages: [] },
    });
  });
});
