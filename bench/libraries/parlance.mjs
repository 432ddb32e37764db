// Parlance's VoiceService without HTTP, as docs/use-in-nest.md has it, with the vendors as its plan.
import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { loadConfiguration, ParlanceModule } from '../../dist/libs/configuration/src/index.js';
import { VoiceService } from '../../dist/libs/voice/src/index.js';

export async function open(vendorUrls) {
  const directory = await mkdtemp(join(tmpdir(), 'parlance-library-'));
  const providers = vendorUrls.map((url, index) => ({
    name: `vendor-${index}`,
    provider: 'openai-compatible',
    options: { server: 'openai', apiKey: 'none', baseUrl: `${url}/v1` },
  }));
  const file = join(directory, 'parlance.yaml');
  await writeFile(file, JSON.stringify({ providers }));
  const configuration = loadConfiguration({
    PARLANCE_DATA_DIR: directory,
    PARLANCE_CONFIG_FILE: file,
    PARLANCE_SPEECH_PLAN: providers.map(({ name }) => name).join(','),
  });
  const application = await NestFactory.createApplicationContext(ParlanceModule.forRoot(configuration), { logger: ['error'] });
  const voice = application.get(VoiceService, { strict: false });
  return {
    async speak(text) {
      const { chunks } = await voice.speak({ text, model: 'tts-1', voice: 'alloy' }, new AbortController().signal);
      let bytes = 0;
      for await (const chunk of chunks) bytes += chunk.byteLength;
      return bytes;
    },
    async close() {
      await application.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
