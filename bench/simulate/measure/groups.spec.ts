import { DEPLOYMENTS, KINDS } from '../measured.js';
import { SCENARIOS } from '../scenarios.js';
import { groupsOf } from './groups.js';

describe('groupsOf', () => {
  it('has every load, and the inputs of every kind, exactly once', () => {
    const groups = groupsOf(() => true);
    const figures = groups.flatMap((group) => group.figures.map(([name]) => name));
    expect(figures.toSorted()).toEqual(Object.keys(SCENARIOS).toSorted());
    const inputs = groups.filter(({ hasInputs }) => hasInputs).map(({ deployment, kind }) => `${deployment}/${kind}`);
    expect(inputs).toEqual(DEPLOYMENTS.flatMap((deployment) => KINDS.map((kind) => `${deployment}/${kind}`)));
  });

  it('puts inputs and loads on the same servers, as many as the largest of them wants', () => {
    const [group] = groupsOf((name) => name.startsWith('alone/hit') || name.startsWith('hit, 32'));
    expect(group).toMatchObject({ kind: 'hit', deployment: 'alone', hasInputs: true, replicasForInputs: 1, replicas: 2 });
    expect(group!.figures.map(([name]) => name)).toEqual(['hit, 32 connections', 'hit, 32 connections, 2 replicas']);
  });

  it('has the inputs of those that share Redis measured over two, whatever the loads want', () => {
    expect(groupsOf((name) => name === 'shared/hit')).toEqual([
      expect.objectContaining({ replicasForInputs: 2, replicas: 2, figures: [] }),
    ]);
    expect(groupsOf((name) => name === 'speech, 32 connections, Redis')).toEqual([expect.objectContaining({ replicas: 1 })]);
  });

  it('leaves out what nobody wants', () => {
    const groups = groupsOf((name) => name === 'turn, 16 connections');
    expect(groups).toEqual([expect.objectContaining({ kind: 'turn', hasInputs: false, replicas: 1 })]);
  });
});
