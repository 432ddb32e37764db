import * as fc from 'fast-check';
import { buildObjectKey, isObjectKey, isVoiceKey } from './object-key.js';

const parts = {
  kind: 'speech' as const,
  tenant: 'acme-1',
  agent: 'Söder Agent',
  date: new Date('2026-03-04T23:59:59.999Z'),
  sha256: 'ab'.repeat(32),
  extension: 'ogg',
};

describe('buildObjectKey', () => {
  it('files audio by owner and day', () => {
    expect(buildObjectKey(parts)).toBe(`voice/speech/acme-1/_53_c3_b6der_20_41gent/2026/03/04/${'ab'.repeat(32)}.ogg`);
  });

  it('keeps audio that is nobody’s apart from every name', () => {
    const { tenant: _tenant, agent: _agent, ...nobody } = parts;
    expect(buildObjectKey({ ...nobody, kind: 'recording' })).toBe(`voice/recording/_/_/2026/03/04/${'ab'.repeat(32)}.ogg`);
    expect(buildObjectKey({ ...parts, tenant: '_' })).toContain('/_5f/');
  });

  it('makes a valid key of any names, and different keys of different ones, even without regard to case', () => {
    const name = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }));
    fc.assert(
      fc.property(name, name, name, name, (tenant, agent, otherTenant, otherAgent) => {
        const key = buildObjectKey({ ...parts, tenant, agent });
        const other = buildObjectKey({ ...parts, tenant: otherTenant, agent: otherAgent });
        expect(isObjectKey(key)).toBe(true);
        expect(key.split('/')).toHaveLength(8);
        const same = tenant === otherTenant && agent === otherAgent;
        expect(key.toLowerCase() === other.toLowerCase()).toBe(same);
      }),
    );
  });

  it.each([
    ['name', { sha256: '../../etc/passwd' }],
    ['name', { sha256: 'AB'.repeat(32) }],
    ['extension', { extension: 'ogg/..' }],
    ['extension', { extension: '' }],
  ])('refuses a wrong %s', (param, wrong) => {
    expect(() => buildObjectKey({ ...parts, ...wrong })).toThrow(expect.objectContaining({ code: 'invalid', param }));
  });
});

describe('isVoiceKey', () => {
  const upload = '0b0f5a3e-6c6e-4f0a-9a39-2f1f7c0c1e11';
  const { sha256: _sha256, ...place } = parts;

  it('knows the keys that are made here', () => {
    expect(isVoiceKey(buildObjectKey(parts))).toBe(true);
    const uploaded = buildObjectKey({ ...place, kind: 'recording', upload });
    expect(uploaded).toContain(`/2026/03/04/${upload}.ogg`);
    expect(isVoiceKey(uploaded)).toBe(true);
    expect(() => buildObjectKey({ ...place, upload: 'mine' })).toThrow(expect.objectContaining({ code: 'invalid', param: 'name' }));
  });

  it.each([
    'a.ogg',
    `other/speech/t/a/2026/03/04/${upload}.ogg`,
    `voice/other/t/a/2026/03/04/${upload}.ogg`,
    `voice/speech/../a/2026/03/04/${upload}.ogg`,
    `voice/speech/T/a/2026/03/04/${upload}.ogg`,
    `voice/speech/t/a/2026/13/04/${upload}.ogg`,
    `voice/speech/t/a/2026/03/04/x/${upload}.ogg`,
    `voice/speech/t/a/2026/03/04/${upload}`,
    `voice/speech/t/a/2026/03/04/${upload}.ogg/..`,
    `voice/speech/t/a/2026/03/04/abc.ogg`,
    `/voice/speech/t/a/2026/03/04/${upload}.ogg`,
  ])('knows no %s', (key) => {
    expect(isVoiceKey(key)).toBe(false);
  });
});
