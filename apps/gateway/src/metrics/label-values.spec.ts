import { Agents } from '@parlance/agent-runner';
import { loadConfiguration } from '@parlance/configuration';
import { ProviderFactory } from '@parlance/providers';
import { LabelValues } from './label-values.js';

describe('LabelValues', () => {
  const agents = new Agents();
  const factory = new ProviderFactory();
  const values = new LabelValues(factory, agents, loadConfiguration({}));
  afterAll(() => factory.close());

  it('shows configured accounts and the models of their catalogue', () => {
    expect(['local', 'chat', 'stranger', undefined].map((name) => values.provider(name))).toEqual(['local', 'chat', 'other', 'none']);
    expect(values.model('local', 'flite')).toBe('flite');
    expect(values.model('local', 'made-up')).toBe('other');
    expect(values.model('stranger', 'flite')).toBe('other');
    expect(values.model(undefined, undefined)).toBe('none');
  });

  it('shows configured agents and their graphs, and of these so many', () => {
    expect([values.agent('agent-0'), values.agent(undefined), values.graph('echo'), values.graph('made-up')]).toEqual([
      'other',
      'none',
      'echo',
      'other',
    ]);
    for (let number = 0; number < 100; number++) agents.register({ agent_id: `agent-${number}` });
    const shown = Array.from({ length: 100 }, (_unused, number) => values.agent(`agent-${number}`));
    expect(new Set(shown).size).toBe(51);
    expect([shown[0], shown[99], values.agent('agent-0')]).toEqual(['agent-0', 'other', 'agent-0']);
  });
});
