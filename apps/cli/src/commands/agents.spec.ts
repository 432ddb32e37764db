import { readAgent, type Agent } from '@parlance/agent-runner';
import { describeAgents, describeFiles } from './agents.js';

const read = (value: unknown) => readAgent(value, { source: 'file' });

describe('describeAgents', () => {
  it('says who decides, whether there is a voice, and where each comes from', () => {
    const agents = [
      { agent_id: 'demo', voice_settings: { enabled: true } },
      { agent_id: 'support', chat: { model: 'm', base_url: 'http://x' } },
    ].map((value) => read(value).agent as Agent);
    expect(describeAgents(agents, (id) => (id === 'demo' ? undefined : `${id}.yaml`))).toBe(
      ['id       graph  voice  file', 'demo     echo   on     (built in)', 'support  chat   off    support.yaml', ''].join('\n'),
    );
  });
});

describe('describeFiles', () => {
  it('lists every problem and every warning with its path', () => {
    const files = [
      { file: 'a.yaml', ...read({ agent_id: 'a', tone: 'kind', voice_settings: { enabled: true } }) },
      { file: 'b.json', ...read({ agent_id: 'b', tenant: '', voice_settings: { cache_ttl_hours: 0 } }) },
    ];
    const lines = describeFiles(files).split('\n');
    expect(lines).toEqual([
      'ok       a.yaml  agent a, graph echo, voice on',
      'warning  a.yaml  tone: It is not known here: it was kept and has no effect.',
      expect.stringMatching(/^broken   b\.json  tenant must be .*; default "default"$/),
      'broken   b.json  voice_settings.cache_ttl_hours must be a number from 1 to 168; default 24',
      '',
      '1 of 2 cannot be used.',
      '',
    ]);
  });

  it('says when all is well', () => {
    expect(describeFiles([{ file: 'a.yaml', ...read({ agent_id: 'a', voice_settings: {} }) }])).toMatch(/\n\nAll can be used\.\n$/);
  });
});
