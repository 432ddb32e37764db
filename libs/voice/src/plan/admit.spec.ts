import { admit } from './admit.js';

const vendors: Record<string, string> = { primary: 'openai', spare: 'openai', cloud: 'google', own: 'local' };
const vendorOf = (name: string) => vendors[name] ?? name;

describe('admit', () => {
  it('admits everybody, as listed, where nothing is forbidden', () => {
    const { names, preferences, skipped } = admit(['cloud', { name: 'own' }, 'primary'], {}, vendorOf);
    expect([names, skipped]).toEqual([['cloud', 'own', 'primary'], []]);
    expect([...preferences.values()]).toEqual([
      { name: 'cloud', priority: 0, weight: 1, fallback: true },
      { name: 'own', priority: 1, weight: 1, fallback: true },
      { name: 'primary', priority: 2, weight: 1, fallback: true },
    ]);
    expect(admit([], {}, vendorOf)).toEqual({ names: [], preferences: new Map(), skipped: [] });
  });

  it('takes preferences as they are given', () => {
    const entry = { name: 'own', priority: 7, weight: 0.5, fallback: true };
    expect(admit(['cloud', entry], {}, vendorOf).preferences.get('own')).toEqual(entry);
  });

  it('asks who is named twice once, where it stands first', () => {
    const { names, preferences } = admit(['own', 'cloud', 'own', { name: 'cloud', priority: -1 }], {}, vendorOf);
    expect(names).toEqual(['own', 'cloud']);
    expect([...preferences.values()].map(({ priority }) => priority)).toEqual([0, 1]);
  });

  it.each([
    ['allows a vendor', { allow: ['openai'] }, ['primary', 'spare']],
    ['allows an account', { allow: ['spare', 'local'] }, ['spare', 'own']],
    ['allows nobody else than it names', { allow: ['google'] }, ['cloud']],
    ['denies a vendor', { deny: ['openai'] }, ['cloud', 'own']],
    ['denies an account', { deny: ['primary'] }, ['spare', 'cloud', 'own']],
    ['denies what it allows as well', { allow: ['openai', 'google'], deny: ['spare', 'google'] }, ['primary']],
  ])('leaves out whom the tenant forbids: %s', (_, policy, admitted) => {
    const { names, skipped, preferences } = admit(['primary', 'spare', 'cloud', 'own'], policy, vendorOf);
    expect(names).toEqual(admitted);
    expect([...preferences.keys()]).toEqual(admitted);
    expect(skipped.length + names.length).toBe(4);
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(new Set(['the tenant does not allow it']));
  });

  it.each([{ allow: [] }, { allow: ['nobody'] }, { deny: ['openai', 'google', 'local'] }])('refuses when nobody is left: %j', (policy) => {
    expect(() => admit(['primary', 'cloud', 'own'], policy, vendorOf)).toThrow(
      expect.objectContaining({ code: 'permission', reason: 'vendor_not_allowed', provider: undefined }),
    );
  });

  it('asks who is no fallback only where it stands first', () => {
    const no = (name: string, priority?: number) => ({ name, fallback: false, ...(priority !== undefined && { priority }) });
    expect(admit([no('cloud'), 'own'], {}, vendorOf).names).toEqual(['cloud', 'own']);
    expect(admit(['own', no('cloud')], {}, vendorOf)).toMatchObject({
      names: ['own'],
      skipped: [{ provider: 'cloud', reason: 'it is not to be used as a fallback' }],
    });
    expect(admit(['own', no('cloud', -1)], {}, vendorOf).names).toEqual(['own', 'cloud']);
    // Of the same rank as the first is first as well.
    expect(admit([{ name: 'own', priority: 3 }, no('cloud', 3)], {}, vendorOf).names).toEqual(['own', 'cloud']);
  });
});
