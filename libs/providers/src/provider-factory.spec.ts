import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
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
