import { toFile } from 'openai';
import type { RunningGateway } from './gateway.js';

/** A voice message as people's applications make them: Opus in Ogg, spoken by the gateway itself. */
export async function voiceNote({ client }: RunningGateway, input: string): Promise<Uint8Array<ArrayBuffer>> {
  const made = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input, response_format: 'opus' });
  return new Uint8Array(await made.arrayBuffer());
}

/** What is said in a voice message that was sent. */
export async function heardIn({ client }: RunningGateway, bytes: Uint8Array): Promise<string> {
  const file = await toFile(bytes, 'reply.ogg');
  return (await client.audio.transcriptions.create({ model: 'whisper-1', file })).text;
}

/** What makes a recording one that is played as a voice message. */
export function describeNote(bytes: Buffer): { container: string; codec: boolean; channels: number | undefined } {
  const head = bytes.indexOf('OpusHead');
  return { container: bytes.toString('latin1', 0, 4), codec: head > 0, channels: bytes[head + 9] };
}

export const PLAYABLE = { container: 'OggS', codec: true, channels: 1 };
