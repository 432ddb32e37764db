import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { speechDefaults } from '../settings/requests.js';
import { AgentFiles } from './agent-files.js';
import { Agents } from './agents.js';

describe('Agents', () => {
  it('has the demonstration out of the box', () => {
    const demo = new Agents().get('demo');
    expect(demo).toMatchObject({ graph: 'echo', graphSettings: { voice_for_voice: true }, voice: { enabled: true }, warnings: [] });
    expect(demo.voice.intent_keywords).toEqual(expect.arrayContaining(['голос', 'voice']));
    expect(speechDefaults(demo)).not.toHaveProperty('providers');
  });

  it('says which agents there are', () => {
    const agents = new Agents();
    agents.register({ agent_id: 'support' });
    expect(() => agents.get('sales')).toThrow(
      expect.objectContaining({ code: 'not_found', message: "There is no agent 'sales'. Available: demo, support.", param: 'agent' }),
    );
    expect(agents.list().map(({ id }) => id)).toEqual(['demo', 'support']);
  });

  it('registers agents of the application, and the last one of an id', () => {
    const agents = new Agents({ environment: { KEY: 'the key' } });
    const settings = { providers: [{ provider: 'openai', custom_settings: { apiKey: 'env:KEY' } }] };
    expect(agents.register({ voice_settings: settings }, 'support')).toBe(agents.get('support'));
    expect(agents.get('support').voice.providers[0]?.account).toEqual({ apiKey: 'the key' });
    agents.register({ agent_id: 'support', name: 'Another' });
    expect(agents.get('support').name).toBe('Another');
  });

  it('reads agents that are not kept', () => {
    const agents = new Agents({ environment: { KEY: 'the key' } });
    const chat = { model: 'm', base_url: 'http://127.0.0.1:1', api_key: 'env:KEY' };
    expect(agents.read({ chat }).id).toBe('inline');
    expect(agents.read({ chat }, 'support').chat?.apiKey).toBe('the key');
    expect(agents.fromRequest({ chat: { model: 'm' } }).id).toBe('inline');
    expect(() => agents.fromRequest({ chat })).toThrow(
      expect.objectContaining({
        code: 'invalid',
        param: 'agent',
        reason: 'invalid_agent',
        message: expect.stringContaining('chat.base_url is not taken'),
      }),
    );
    expect(agents.list()).toHaveLength(1);
  });

  it('says everything that is wrong, within reason', () => {
    const agents = new Agents();
    expect(() => agents.register({ tenant: '', graph: '' }, 'x')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^The agent cannot be used: tenant must .*; graph must .*\.$/) }),
    );
    const many = Array.from({ length: 60 }, () => 'none');
    expect(() => agents.fromRequest({ voice_settings: { providers: many } })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/; and 10 more\.$/) }),
    );
  });

  it('prefers the application to files, and files to what is built in', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'agents-'));
    writeFileSync(join(directory, 'demo.yaml'), 'name: From a file');
    writeFileSync(join(directory, 'support.yaml'), 'name: From a file');
    writeFileSync(join(directory, 'broken.yaml'), 'tenant: ""');
    const agents = new Agents({}, new AgentFiles({ directory }));
    await agents.onModuleInit();
    try {
      agents.register({ agent_id: 'support', name: 'From the application' });
      expect(agents.list().map(({ id, name }) => `${id}: ${name}`)).toEqual(['demo: From a file', 'support: From the application']);
      expect(agents.problems()).toMatchObject([{ file: 'broken.yaml' }]);
    } finally {
      await agents.onModuleDestroy();
      rmSync(directory, { recursive: true });
    }
  });
});
