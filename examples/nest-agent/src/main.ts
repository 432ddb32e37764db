import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AgentRunner, type Turn, type TurnEvent } from '@parlance/agent-runner';
import { VoiceService } from '@parlance/voice';
import { AppModule } from './app.module.js';

const application = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const runner = application.get(AgentRunner, { strict: false });
const voice = application.get(VoiceService, { strict: false });
const signal = AbortSignal.timeout(60_000);

/** One line for an event. */
function describe(event: TurnEvent): string {
  switch (event.type) {
    case 'transcript':
    case 'text':
      return `${event.type}: ${event.text}`;
    case 'audio':
      return `audio: ${event.format} at ${event.sampleRate} Hz`;
    case 'done':
      return `done: ${event.history.map(({ role, voice: spoken }) => `${role} ${spoken ? 'spoke' : 'wrote'}`).join(', ')}`;
    case 'error':
      return `error: ${event.error.message}`;
  }
}

async function take(turn: Omit<Turn, 'agent'>): Promise<void> {
  for await (const event of runner.run({ agent: 'counter', thread: 'example', ...turn }, signal)) console.log(describe(event));
}

await take({ text: 'Hello there.' });

// A recording, made here as nobody is at the microphone.
const speech = await voice.speak({ text: 'And now I am talking to you.', format: 'wav' }, signal);
const recording: Uint8Array[] = [];
for await (const chunk of speech.chunks) recording.push(chunk);
await take({ audio: Buffer.concat(recording), filename: 'message.wav' });

await application.close();
