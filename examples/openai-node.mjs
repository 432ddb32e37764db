import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080'}/v1`,
  apiKey: process.env.PARLANCE_API_KEY ?? 'none',
});

const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'nova', input: 'The same code speaks here as well.' });
const audio = Buffer.from(await speech.arrayBuffer());
console.log(`spoken: ${audio.length} bytes of ${speech.headers.get('content-type')} by ${speech.headers.get('x-parlance-provider')}`);

const file = await toFile(audio, 'speech.mp3');
const transcript = await client.audio.transcriptions.create({ model: 'whisper-1', file });
console.log(`heard: ${transcript.text}`);
