import { Logger } from '@nestjs/common';
import type { AgentRunner } from '@parlance/agent-runner';
import { ParlanceError } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import type { VoiceCatalogue, VoiceService } from '@parlance/voice';
import { WarmUpService } from './warm-up.service.js';

describe('WarmUpService', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['ready', undefined],
    ['incomplete', new Error('an engine')],
    ['failed', new ParlanceError('unavailable', 'The codecs.', { reason: 'codecs_not_loaded' })],
  ])('is %s in the end, and agents are loaded whatever failed', async (state, failure) => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const voice = { warmUp: () => (failure === undefined ? Promise.resolve() : Promise.reject(failure)) };
    const agents = jest.fn().mockRejectedValue(new Error('no model'));
    const service = new WarmUpService(
      voice as VoiceService,
      { retiringModels: () => [], strangeVoices: () => [] } as unknown as VoiceCatalogue,
      { warmUp: agents as () => Promise<void> } as AgentRunner,
    );
    expect(service.state).toBe('starting');
    service.onApplicationBootstrap();
    await eventually(async () => agents.mock.calls.length === 1, 'Agents were not loaded.', 30_000);
    expect([service.state, logged.mock.calls.length]).toEqual([state, failure === undefined ? 0 : 1]);
  });
});
