import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OPENAI_KEY, spokenAudio, startOpenaiStandIn } from '@parlance/testing';
import { getMetadataStorage } from 'class-validator';
import { humanSpeech } from './local/__fixtures__/local-requests.js';
import { samplesOf } from './local/pcm.js';
import { ProviderFactoryModule } from './provider-factory.module.js';
import { ProviderFactory } from './provider-factory.js';
import { PROVIDERS } from './providers.js';

const local = { name: 'local', provider: 'local', options: { espeak: false } } as const;
const source = new URL('.', import.meta.url).pathname;

describe('the list of providers', () => {
  const folders = readdirSync(source, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !['http', 'requests'].includes(entry.name),
  );

  it('names every folder, and nothing else', () => {
    expect(Object.keys(PROVIDERS).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
  });

  it.each(Object.keys(PROVIDERS))('%s has options, a provider and its specification', (name) => {
    for (const file of ['options.ts', 'provider.ts', 'provider.spec.ts']) {
      expect(existsSync(join(source, name, `${name}.${file}`))).toBe(true);
    }
  });
});

describe('the connections of a ProviderFactory', () => {
  it('are made before the first request, shared by accounts, and counted', async () => {
    const standIn = await startOpenaiStandIn();
    const options = { apiKey: OPENAI_KEY, baseUrl: `${standIn.url}/v1` };
    const unreachable = { name: 'gone', provider: 'openai-compatible', options: { ...options, baseUrl: 'http://127.0.0.1:1/v1' } } as const;
    const accounts = ['one', 'two'].map((name) => ({ name, provider: 'openai-compatible' as const, options }));
    const factory = new ProviderFactory({ accounts: [...accounts, unreachable, local] });
    try {
      await factory.warmUp();
      expect(standIn.connectionsOpened).toBe(1);
      for (const name of ['one', 'two']) {
        const recording = { bytes: spokenAudio('mp3'), format: 'mp3' as const };
        await factory.transcriptionProvider(name).transcribe({ recording, model: 'whisper-1' }, new AbortController().signal);
      }
      expect(standIn.connectionsOpened).toBeLessThanOrEqual(2);
      expect(factory.connections()).toContainEqual(expect.objectContaining({ origin: standIn.url, requests: 2, failures: 0 }));
    } finally {
      await factory.close();
      await standIn.close();
    }
  });
});

describe('providers on loan', () => {
  const account = { name: 'agent', provider: 'openai-compatible', options: { apiKey: 'sk-of-one-agent' } } as const;

  it('are shared by whoever has exactly the same, and by nobody else', async () => {
    const factory = new ProviderFactory({ accounts: [local] });
    const [one, same] = [factory.borrow(account), factory.borrow({ ...account, options: { ...account.options } })];
    const other = factory.borrow({ ...account, options: { apiKey: 'sk-of-another' } });
    expect(same.provider).toBe(one.provider);
    expect(other.provider).not.toBe(one.provider);
    await Promise.all([one.release(), one.release()]);
    expect(factory.borrow(account).provider).toBe(same.provider);
    await factory.close();
  });

  it('are closed when the last has given them back, but for those that are configured', async () => {
    const factory = new ProviderFactory({ accounts: [account, local] });
    const configured = factory.speechProvider('agent');
    const loan = factory.borrow(account);
    await loan.release();
    expect(factory.speechProvider('agent')).toBe(configured);
    const strange = factory.borrow({ ...account, name: 'other' });
    await strange.release();
    expect(factory.borrow({ ...account, name: 'other' }).provider).not.toBe(strange.provider);
    await factory.close();
  });

  it('are refused with every wrong option by name, and no value', () => {
    const factory = new ProviderFactory({ accounts: [local] });
    const borrow = () => factory.borrow({ ...account, options: { apiKey: 'sk-secret', server: 'none', nonsense: 'sk-secret' } });
    expect(borrow).toThrow(/'agent' cannot be used: .*(?:server.*nonsense|nonsense.*server)/);
    expect(borrow).not.toThrow(/sk-secret/);
  });
});

describe("a configured account with somebody's own options", () => {
  const { configured, address } = {
    configured: { name: 'agent', provider: 'openai-compatible', options: { apiKey: 'sk-of-the-house', organization: 'org-house' } },
    address: 'http://127.0.0.1:9',
  } as const;
  const fingerprintOf = (factory: ProviderFactory, own: Record<string, unknown>) => {
    const loan = factory.borrowAs('agent', own);
    return factory.fingerprint(loan.provider.speech!);
  };
  const same = (factory: ProviderFactory, options: Record<string, unknown>) =>
    factory.fingerprint(factory.borrow({ ...configured, options }).provider.speech!);

  it('has what it does not say from the configured one', async () => {
    const factory = new ProviderFactory({ accounts: [configured, local] });
    expect(fingerprintOf(factory, {})).toBe(factory.fingerprintOf('agent'));
    expect(fingerprintOf(factory, { apiKey: 'sk-own' })).toBe(same(factory, { apiKey: 'sk-own', organization: 'org-house' }));
    expect(fingerprintOf(factory, { speechModels: ['tts-1'] })).toBe(same(factory, { ...configured.options, speechModels: ['tts-1'] }));
    await factory.close();
  });

  it('never takes the key of the house to another address', async () => {
    const factory = new ProviderFactory({ accounts: [configured, local] });
    expect(fingerprintOf(factory, { baseUrl: address })).toBe(same(factory, { organization: 'org-house', baseUrl: address }));
    expect(fingerprintOf(factory, { server: 'groq' })).toBe(same(factory, { organization: 'org-house', server: 'groq' }));
    const own = { baseUrl: address, apiKey: 'sk-own' };
    expect(fingerprintOf(factory, own)).toBe(same(factory, { organization: 'org-house', ...own }));
    await factory.close();
  });

  it.each(Object.entries(PROVIDERS))('knows the addresses of %s by their names', (_name, { options }) => {
    const rules = getMetadataStorage().getTargetValidationMetadatas(options, '', false, false);
    const addresses = rules.filter(({ name }) => name === 'isUrl').map(({ propertyName }) => propertyName);
    expect(addresses.filter((name) => !/url$|^endpoint$/i.test(name))).toEqual([]);
  });

  it('is nobody where none is configured, and refused by the names of its options', () => {
    const factory = new ProviderFactory({ accounts: [configured, local] });
    expect(() => factory.borrowAs('nobody', {})).toThrow(expect.objectContaining({ code: 'not_found', reason: 'provider_not_found' }));
    const borrow = () => factory.borrowAs('agent', { baseUrl: 'sk-secret', nonsense: 'sk-secret' });
    expect(borrow).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(borrow).toThrow(/baseUrl.*nonsense|nonsense.*baseUrl/);
    expect(borrow).not.toThrow(/sk-secret/);
    expect([factory.vendorOf('agent'), factory.vendorOf('agent', { server: 'groq' })]).toEqual(['openai', 'groq']);
  });
});

describe('the credentials of a port', () => {
  const agent = { name: 'agent', provider: 'openai-compatible', options: { apiKey: 'sk-of-one-agent', server: 'groq' } } as const;

  it('are told apart by a fingerprint, the same in every process and for both directions', async () => {
    const [factory, replica] = [new ProviderFactory({ accounts: [agent, local] }), new ProviderFactory({ accounts: [agent] })];
    const fingerprint = factory.fingerprint(factory.speechProvider('agent'));
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(factory.fingerprint(factory.transcriptionProvider('agent'))).toBe(fingerprint);
    expect(replica.fingerprint(replica.speechProvider('agent'))).toBe(fingerprint);
    expect(factory.fingerprint(factory.speechProvider('local'))).not.toBe(fingerprint);
    await Promise.all([factory.close(), replica.close()]);
  });

  it('are told apart for borrowed accounts of one name', async () => {
    const factory = new ProviderFactory({ accounts: [agent, local] });
    const same = factory.borrow(agent).provider;
    const other = factory.borrow({ ...agent, options: { ...agent.options, apiKey: 'sk-of-another' } }).provider;
    expect(factory.fingerprint(same.speech!)).toBe(factory.fingerprint(factory.speechProvider('agent')));
    expect(factory.fingerprint(other.transcription!)).toMatch(/^[0-9a-f]{16}$/);
    expect(factory.fingerprint(other.transcription!)).not.toBe(factory.fingerprint(same.transcription!));
    await factory.close();
  });

  it('go by the name of a port that was made elsewhere', () => {
    const factory = new ProviderFactory({ accounts: [local] });
    const speech = factory.speechProvider('local');
    expect(factory.fingerprint({ ...speech, name: 'stranger', speak: speech.speak.bind(speech) })).toBe('stranger');
  });
});

describe('the accounts of a ProviderFactory', () => {
  const groq = { name: 'fast', provider: 'openai-compatible', options: { apiKey: 'sk-1', server: 'groq' } } as const;

  it('are named in their order, local last, with their vendors', async () => {
    const deepgram = { name: 'ears', provider: 'deepgram', options: { apiKey: 'dg' } } as const;
    const factory = new ProviderFactory({ accounts: [local, groq, deepgram] });
    expect(factory.names()).toEqual(['fast', 'ears', 'local']);
    expect([...factory.names(), 'stranger'].map((name) => factory.vendorOf(name))).toEqual(['groq', 'deepgram', 'local', 'stranger']);
    await factory.close();
  });

  it('listen for speech, whatever is configured', async () => {
    const samples = samplesOf(humanSpeech());
    const { signal } = new AbortController();
    for (const accounts of [[], [local], [groq, local], [{ ...groq, name: 'local' }]]) {
      const factory = new ProviderFactory({ accounts });
      await expect(factory.hasSpeech(samples, signal)).resolves.toBe(true);
      await expect(factory.hasSpeech(new Int16Array(48_000), signal)).resolves.toBe(false);
      await expect(factory.hasSpeech(samples, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
      await factory.close();
    }
  });

  it('are asked whether all is well', async () => {
    const standIn = await startOpenaiStandIn();
    const options = { apiKey: OPENAI_KEY, baseUrl: `${standIn.url}/v1` };
    const good = { name: 'good', provider: 'openai-compatible', options } as const;
    const bad = { ...good, name: 'bad', options: { ...options, apiKey: 'sk-wrong' } };
    const factory = new ProviderFactory({ accounts: [good, bad, local] });
    const { signal } = new AbortController();
    try {
      await expect(factory.probe('good', signal)).resolves.toBe(true);
      await expect(factory.probe('bad', signal)).rejects.toMatchObject({ code: 'auth', provider: 'bad' });
      expect(standIn.calls).toEqual([]);
    } finally {
      await factory.close();
      await standIn.close();
    }
  });

  it('have nothing to ask where nobody would answer', async () => {
    const factory = new ProviderFactory({ accounts: [local] });
    const { signal } = new AbortController();
    await expect(factory.probe('local', signal)).resolves.toBe(false);
    await expect(factory.probe('stranger', signal)).resolves.toBe(false);
    await factory.close();
    await expect(factory.probe('local', signal)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('ProviderFactory', () => {
  let factory: ProviderFactory;
  beforeEach(() => {
    factory = new ProviderFactory({ accounts: [local] });
  });
  afterEach(() => factory.close());

  it('has the local provider without any options, one instance of it', () => {
    expect(factory.speechNames()).toEqual(['local']);
    expect(factory.transcriptionNames()).toEqual(['local']);
    expect(factory.speechProvider('local')).toBe(factory.speechProvider('local'));
    expect(factory.transcriptionProvider('local')).toBe(factory.transcriptionProvider('local'));
  });

  it('passes options on', () => {
    expect(factory.speechProvider('local').capabilities.models.map(({ id }) => id)).toEqual(['flite']);
  });

  it.each(['vendor', 'constructor', '__proto__', ''])('lists what there is when asked for %p', (name) => {
    expect(() => factory.speechProvider(name)).toThrow(
      expect.objectContaining({ code: 'not_found', message: expect.stringContaining('Available: local.') }),
    );
    expect(() => factory.transcriptionProvider(name)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('serves nothing after it was closed', async () => {
    const speech = factory.speechProvider('local');
    await factory.close();
    expect(() => factory.speechProvider('local')).toThrow(expect.objectContaining({ code: 'unavailable' }));
    const request = {
      text: 'Hello.',
      model: 'flite',
      voice: 'slt',
      language: 'en',
      format: 'pcm',
      speed: 1,
      pitch: 0,
      volumeGain: 0,
    } as const;
    const audio = await speech.speak(request, new AbortController().signal);
    await expect(audio.chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('ProviderFactoryModule', () => {
  @Injectable()
  class Listener {
    constructor(readonly factory: ProviderFactory) {}
  }
  @Module({
    imports: [ProviderFactoryModule.forRootAsync({ useFactory: () => ({ accounts: [local] }) })],
    providers: [Listener],
  })
  class ListenerModule {}

  it('gives the factory with its options, and closes it with the application', async () => {
    const application = await Test.createTestingModule({ imports: [ListenerModule] }).compile();
    const { factory } = application.get(Listener);
    expect(factory.speechProvider('local').capabilities.languages).toEqual(['en']);
    await application.close();
    expect(() => factory.speechProvider('local')).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
});
