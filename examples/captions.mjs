import { readFile } from 'node:fs/promises';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080'}/v1`,
  apiKey: process.env.PARLANCE_API_KEY ?? 'none',
});
const path = process.argv[2] ?? new URL('../libs/audio/src/__fixtures__/jfk.wav', import.meta.url);
const recording = await readFile(path);

// Piece by piece, as they become final ...
const events = await client.audio.transcriptions.create({
  model: 'whisper-1',
  file: await toFile(recording, 'a.wav'),
  stream: true,
});
for await (const event of events) if (event.type === 'transcript.text.delta') process.stdout.write(event.delta);
process.stdout.write('\n\n');

// ... and whole, as captions.
console.log(
  await client.audio.transcriptions.create({ model: 'whisper-1', file: await toFile(recording, 'a.wav'), response_format: 'srt' }),
);
