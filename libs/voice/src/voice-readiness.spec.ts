import type { ErrorCode, Operation } from '@parlance/contracts';
import type { ProviderFactory, RetiringModel } from '@parlance/providers';
import { fakeFactory, FakeSpeechProvider, FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { failureOf } from './__fixtures__/manual-breaker.js';
import { Upstreams } from './resilience/upstreams.js';
import { VoiceReadiness } from './voice-readiness.js';
import type { VoiceModuleOptions } from './voice.module-definition.js';

const both = () => ({
  speakers: [new FakeSpeechProvider('one', { models: [{ id: 'one-model' }, { id: 'other' }] }), new FakeSpeechProvider('two')],
  listeners: [new FakeTranscriptionProvider('one')],
});

function setUp(options: VoiceModuleOptions = {}, { speakers, listeners }: Partial<ReturnType<typeof both>> = both()) {
  const known = { retiring: [] as Partial<RetiringModel>[], loaded: new Map<string, boolean>(), credentials: 'present' };
  const factory = {
    ...fakeFactory(speakers ?? [], listeners ?? []),
    retiringModels: () => known.retiring,
    hasLoaded: (name: string, operation: Operation) => known.loaded.get(`${name} ${operation}`),
    credentialsOf: () => known.credentials,
  } as unknown as ProviderFactory;
  const upstreams = new Upstreams(factory, options);
  const readiness = new VoiceReadiness(factory, upstreams, options);
  const upstream = (provider: string, model = `${provider}-model`, operation: Operation = 'speak', fingerprint = provider) =>
    upstreams.named({ provider, model, operation, fingerprint });
  const away = (operation: Operation = 'speak') => readiness.plan(operation).map((one) => [one.provider, one.away]);
  const fail = (code: ErrorCode, ...which: Parameters<typeof upstream>) =>
    upstream(...which)
      .breaker.acquire()
      ?.failed(failureOf(code));
  return { readiness, upstreams, upstream, away, fail, known };
}

describe('VoiceReadiness', () => {
  it('takes whoever was never asked for able, with the model of the plan', () => {
    const { readiness } = setUp();
    expect(readiness.plan('speak')).toEqual([
      { provider: 'one', operation: 'speak', model: 'one-model' },
      { provider: 'two', operation: 'speak', model: 'two-model' },
    ]);
    expect(readiness.of('one').map(({ operation }) => operation)).toEqual(['speak', 'transcribe']);
    expect(readiness.canServe()).toBe(true);
  });

  it('is there while one can do it for each operation, and again when its breaker lets somebody try', () => {
    const { readiness, away, fail, upstream } = setUp();
    fail('auth', 'one');
    expect([away(), readiness.canServe()]).toEqual([
      [
        ['one', 'auth'],
        ['two', undefined],
      ],
      true,
    ]);
    fail('permission', 'two');
    expect([away()[1], readiness.canServe()]).toEqual([['two', 'permission'], false]);
    upstream('two').breaker.tryEarly();
    expect([away()[1], readiness.canServe()]).toEqual([['two', undefined], true]);
    fail('quota', 'one', 'one-model', 'transcribe');
    expect([away('transcribe'), readiness.canServe()]).toEqual([[['one', 'quota']], false]);
  });

  it('takes away whom somebody has taken out, also before it was asked', () => {
    const { upstreams, away } = setUp();
    upstreams.hold('two');
    expect(away()[1]).toEqual(['two', 'manual']);
    upstreams.close('two');
    expect(away()[1]).toEqual(['two', undefined]);
  });

  it('judges a model that was never asked by the others of the account', () => {
    const { away, fail, upstream } = setUp();
    fail('permission', 'one', 'other');
    expect(away()[0]).toEqual(['one', 'permission']);
    upstream('one').calls.succeeded();
    expect(away()[0]).toEqual(['one', undefined]);
    fail('quota', 'one', 'other');
    expect(away()[0]).toEqual(['one', undefined]);
    upstream('one', 'other').breaker.close();
    fail('quota', 'one', 'other');
    expect(away()[0]).toEqual(['one', 'quota']);
  });

  it("leaves out of account callers' own accounts, and models that they have made up", () => {
    const { away, fail } = setUp();
    fail('auth', 'one', 'one-model', 'speak', 'of a caller');
    fail('auth', 'one', 'made-up');
    expect(away()[0]).toEqual(['one', undefined]);
  });

  it('takes away what is not loaded, lacks credentials, or has ended, unless it works nevertheless', () => {
    const { away, known, upstream } = setUp();
    const end = { account: 'one', model: 'one-model', daysLeft: -1 };
    known.retiring = [{ ...end, daysLeft: 0 }, end];
    expect(away()[0]).toEqual(['one', 'model_retired']);
    upstream('one').calls.succeeded();
    expect(away()[0]).toEqual(['one', undefined]);
    upstream('one').calls.failed('not_found');
    expect(away()[0]).toEqual(['one', 'model_retired']);
    known.credentials = 'missing';
    expect(away()[0]).toEqual(['one', 'credentials_missing']);
    known.loaded.set('one speak', false);
    expect([away()[0], away('transcribe')[0]]).toEqual([
      ['one', 'not_loaded'],
      ['one', 'credentials_missing'],
    ]);
    Object.assign(known, { credentials: 'none' });
    known.loaded.set('one speak', true);
    expect(away()[0]).toEqual(['one', undefined]);
  });

  it('keeps to the configured plan, and says what it names in vain', () => {
    const { away } = setUp({ speechPlan: [{ name: 'two', speech: { model: 'nowhere' } }, 'one'] });
    expect(away()).toEqual([
      ['two', 'not_found'],
      ['one', undefined],
    ]);
  });

  it('needs nobody for an operation that was not set up, but somebody', () => {
    expect(setUp({}, { speakers: both().speakers }).readiness.canServe()).toBe(true);
    expect(setUp({ speechPlan: [] }).readiness.canServe()).toBe(true);
    expect(setUp({ speechPlan: [], transcriptionPlan: [] }).readiness.canServe()).toBe(false);
  });

  it('takes one that speaks no English for able', () => {
    const speakers = [new FakeSpeechProvider('one', { languages: ['ru'], voices: [{ id: 'v', name: 'V', languages: ['ru'] }] })];
    expect(setUp({}, { speakers }).readiness.plan('speak')).toEqual([{ provider: 'one', operation: 'speak', model: 'one-model' }]);
  });
});
