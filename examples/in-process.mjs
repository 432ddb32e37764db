import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadConfiguration, ParlanceModule } from '../dist/libs/configuration/src/index.js';
import { VoiceService } from '../dist/libs/voice/src/index.js';

// In an application of your own, import ParlanceModule into your module and inject VoiceService.
const application = await NestFactory.createApplicationContext(ParlanceModule.forRoot(loadConfiguration(process.env)), {
  logger: ['error'],
});
const voice = application.get(VoiceService, { strict: false });
const signal = AbortSignal.timeout(60_000);

const speech = await voice.speak({ text: 'No HTTP in between.', voice: 'echo', format: 'wav' }, signal);
const parts = [];
for await (const chunk of speech.chunks) parts.push(chunk);
console.log(`spoken by ${speech.trace.servedBy.provider}/${speech.trace.servedBy.model} in ${speech.trace.totalMilliseconds} ms`);

const { text, duration } = await voice.transcribe({ audio: Buffer.concat(parts) }, signal);
console.log(`heard in ${duration.toFixed(1)} s of audio: ${text}`);
await application.close();
