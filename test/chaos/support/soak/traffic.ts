import { sentenceText, spokenAudio } from '@parlance/testing';
import { FormData } from 'undici';
import { expectAnswer, expectEvents, jsonOf, type Outcome } from './outcome.js';
import { badInput, cutConnection } from './bad-callers.js';
import type { SoakWorld } from './soak-world.js';

/** Something that callers do. @returns how it ended, where more than one end is right */
export type Errand = (world: SoakWorld) => Promise<Outcome>;

const FORMATS = ['mp3', 'opus', 'wav', 'flac', 'pcm'] as const;
const RECORDINGS = ['mp3', 'opus', 'wav', 'flac'] as const;
const TRANSCRIPTS = ['json', 'text', 'srt', 'vtt', 'verbose_json'] as const;

/** The mix: what callers do, and how often each in one round. */
export const TRAFFIC: Readonly<Record<string, readonly [times: number, errand: Errand]>> = {
  'speech, new': [8, (world) => speak(world, world.newText())],
  'speech, known': [8, (world) => speak(world, `This was said before, number ${world.next() % 5}.`)],
  'speech, four at once': [2, atOnce],
  'speech, left in the middle': [2, leaveSpeech],
  'speech as events': [2, speechEvents],
  'speech, long': [2, longSpeech],
  'speech, embedded engine': [2, (world) => speak(world, world.newText(), { model: 'local/flite' })],
  'speech, stored and deleted': [2, storedSpeech],
  'speech with an idempotency key': [1, repeatedSpeech],
  'transcript, new': [6, (world) => transcribe(world)],
  'transcript as events': [1, transcriptEvents],
  'transcript, embedded engine': [1, (world) => transcribe(world, { model: 'local/moonshine-tiny' })],
  'transcript, left while it is sent': [1, leaveUpload],
  'file sent, heard and deleted': [1, uploadedFile],
  'job, speech': [1, (world) => job(world, 'speech', { text: longText(world, 4), voice: 'alloy', format: 'mp3' })],
  'job, transcript': [1, transcriptionJob],
  'job, cancelled': [1, cancelledJob],
  'turn, written': [2, (world) => turn(world, 'repeater', { text: `Say ${world.newText()}` })],
  'turn, spoken': [2, spokenTurn],
  'turn of a model': [2, (world) => turn(world, 'model', { text: world.newText() })],
  'turn, left in the middle': [1, leaveTurn],
  'turn with its own agent': [1, (world) => turn(world, 'visitor', { text: 'Say hello.', config: { graph: 'echo' } })],
  'message of Telegram': [2, telegramMessage],
  'message of WhatsApp': [1, whatsappMessage],
  'bad input': [4, badInput],
  'connection that is cut': [1, cutConnection],
  operator: [1, operate],
};

const json = (world: SoakWorld, path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  world.client.ask(world.url + path, { body, headers });

function longText(world: SoakWorld, sentences: number): string {
  return Array.from({ length: sentences }, () => sentenceText(world.next() % 1000)).join(' ');
}

function speech(world: SoakWorld, input: string, more: object = {}) {
  return { model: 'tts-1', voice: 'alloy', input, response_format: FORMATS[world.next() % FORMATS.length], ...more };
}

async function speak(world: SoakWorld, input: string, more: object = {}): Promise<Outcome> {
  return expectAnswer(await json(world, '/v1/audio/speech', speech(world, input, more)));
}

async function atOnce(world: SoakWorld): Promise<Outcome> {
  const body = speech(world, world.newText());
  const ends = await Promise.all([1, 2, 3, 4].map(async () => expectAnswer(await json(world, '/v1/audio/speech', body))));
  return ends.find((end) => end !== 'good') ?? 'good';
}

async function leaveSpeech(world: SoakWorld): Promise<Outcome> {
  await world.client.leaveAfterFirstByte(`${world.url}/v1/audio/speech`, { body: speech(world, world.newText()) });
  return 'left';
}

async function speechEvents(world: SoakWorld): Promise<Outcome> {
  return expectEvents(await json(world, '/v1/audio/speech', speech(world, world.newText(), { stream_format: 'sse' })));
}

async function longSpeech(world: SoakWorld): Promise<Outcome> {
  const body = { text: longText(world, 12), voice: 'alloy', format: FORMATS[world.next() % FORMATS.length] };
  return expectAnswer(await json(world, '/v1/voice/speak', body));
}

async function storedSpeech(world: SoakWorld): Promise<Outcome> {
  // What a vendor stands in for sounds the same whatever the text, and is one object for all.
  const body = { model: 'local/flite', text: world.newText(), voice: 'alloy', format: 'opus', delivery: 'url' };
  const answer = await json(world, '/v1/voice/speak', body);
  const end = expectAnswer(answer);
  if (end !== 'good') return end;
  const { url, file } = jsonOf<{ url: string; file: { id: string } }>(answer);
  expectAnswer(await world.client.ask(url, { method: 'GET' }));
  expectAnswer(await world.client.ask(url, { method: 'GET', headers: { range: 'bytes=0-99' } }), 206);
  return expectAnswer(await world.client.ask(`${world.url}/v1/files/${file.id}`, { method: 'DELETE' }), 204);
}

async function repeatedSpeech(world: SoakWorld): Promise<Outcome> {
  const key = { 'idempotency-key': `soak-${world.next()}` };
  const body = { text: world.newText(), voice: 'alloy', delivery: 'url' };
  const { url } = world;
  const ask = () => world.client.ask(`${url}/v1/voice/speak`, { body, headers: key });
  const first = expectAnswer(await ask());
  return first === 'good' ? expectAnswer(await ask()) : first;
}

function recordingForm(world: SoakWorld, fields: Readonly<Record<string, string>>): FormData {
  const format = RECORDINGS[world.next() % RECORDINGS.length]!;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(spokenAudio(format))]), `speech.${format}`);
  return form;
}

/** With other words it is another request, which the cache does not know. */
function transcription(world: SoakWorld, fields: Readonly<Record<string, string>>): FormData {
  return recordingForm(world, { model: 'whisper-1', prompt: world.newText(), ...fields });
}

async function transcribe(world: SoakWorld, fields: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const body = transcription(world, { response_format: TRANSCRIPTS[world.next() % TRANSCRIPTS.length]!, ...fields });
  return expectAnswer(await world.client.ask(`${world.url}/v1/audio/transcriptions`, { body }));
}

async function transcriptEvents(world: SoakWorld): Promise<Outcome> {
  return expectEvents(await world.client.ask(`${world.url}/v1/audio/transcriptions`, { body: transcription(world, { stream: 'true' }) }));
}

async function leaveUpload(world: SoakWorld): Promise<Outcome> {
  const body = new FormData();
  body.append('model', 'whisper-1');
  body.append('file', new Blob([new Uint8Array(4_000_000)]), 'speech.wav');
  const leaving = new AbortController();
  const asked = world.client.ask(`${world.url}/v1/audio/transcriptions`, { body, signal: leaving.signal });
  setTimeout(() => leaving.abort(), 5);
  // It is larger than it may be: where the caller has not left before, it is refused.
  await asked.then(
    (answer) => expectAnswer(answer, 413),
    () => undefined,
  );
  return 'left';
}

async function uploadedFile(world: SoakWorld): Promise<Outcome> {
  const bytes = spokenAudio('opus');
  const made = await json(world, '/v1/files', { filename: 'note.ogg', sizeBytes: bytes.byteLength });
  expectAnswer(made, 201);
  const { id, upload } = jsonOf<{ id: string; upload: { url: string; method: string; headers: Record<string, string> } }>(made);
  const put = await world.client.ask(upload.url, { method: upload.method, headers: upload.headers, body: new Uint8Array(bytes) });
  if (put.status >= 300) throw new Error(`The upload answered ${put.status}.`);
  expectAnswer(await world.client.ask(`${world.url}/v1/files/${id}`, { method: 'GET' }));
  const end = expectAnswer(await json(world, '/v1/voice/transcribe', { fileId: id, cache: false }));
  expectAnswer(await world.client.ask(`${world.url}/v1/files/${id}`, { method: 'DELETE' }), 204);
  return end;
}

async function job(world: SoakWorld, kind: 'speech' | 'transcriptions', body: object | FormData): Promise<Outcome> {
  const { url } = world;
  const taken = await world.client.ask(`${url}/v1/jobs/${kind}`, { body });
  expectAnswer(taken, 202);
  const { id } = jsonOf<{ id: string }>(taken);
  for (;;) {
    const answer = await world.client.ask(`${url}/v1/jobs/${id}`, { method: 'GET' });
    expectAnswer(answer);
    const { status, error } = jsonOf<{ status: string; error?: { attempts?: unknown } }>(answer);
    if (status === 'completed') return 'good';
    if (status === 'failed' && error?.attempts !== undefined) return 'failed';
    if (status !== 'queued' && status !== 'running') throw new Error(`A job is ${status}: ${JSON.stringify(error)}`);
    await world.pause(50);
  }
}

function transcriptionJob(world: SoakWorld): Promise<Outcome> {
  return job(world, 'transcriptions', recordingForm(world, { language: 'en', prompt: world.newText() }));
}

async function cancelledJob(world: SoakWorld): Promise<Outcome> {
  const { url } = world;
  const taken = await world.client.ask(`${url}/v1/jobs/speech`, { body: { text: longText(world, 20), voice: 'alloy', format: 'mp3' } });
  expectAnswer(taken, 202);
  return expectAnswer(await world.client.ask(`${url}/v1/jobs/${jsonOf<{ id: string }>(taken).id}`, { method: 'DELETE' }));
}

/** Users and threads come back: whoever counts them counts no more of them in an hour than in a minute. */
function caller(world: SoakWorld): { thread: string; user: string } {
  return { thread: `thread ${world.next() % 50}`, user: `user ${world.next() % 1000}` };
}

async function turn(world: SoakWorld, agent: string, message: object): Promise<Outcome> {
  const answer = await json(world, `/v1/agents/${agent}/turns`, { ...message, ...caller(world) });
  const end = expectAnswer(answer);
  // Its text is there; that nobody could speak it is told beside it.
  return end === 'good' && jsonOf<{ error: object | null }>(answer).error !== null ? 'failed' : end;
}

/** Written, and answered in writing: nothing but what is remembered of it. */
export function rememberedTurn(world: SoakWorld): Promise<Outcome> {
  return turn(world, 'repeater', { text: world.newText() });
}

async function spokenTurn(world: SoakWorld): Promise<Outcome> {
  const body = recordingForm(world, { ...caller(world), delivery: 'chunks', format: 'mp3' });
  return expectEvents(await world.client.ask(`${world.url}/v1/agents/repeater/turns`, { body, headers: { accept: 'text/event-stream' } }));
}

async function leaveTurn(world: SoakWorld): Promise<Outcome> {
  const body = { text: `Say ${longText(world, 10)}`, delivery: 'chunks', ...caller(world) };
  await world.client.leaveAfterFirstByte(`${world.url}/v1/agents/repeater/turns`, { body, headers: { accept: 'text/event-stream' } });
  return 'left';
}

async function telegramMessage(world: SoakWorld): Promise<Outcome> {
  const { posts, chat, answered } = world.telegramChat();
  const isSpoken = world.next() % 2 === 0;
  await world.deliverToTelegram(isSpoken ? posts.voice(chat, spokenAudio('opus')) : posts.text(chat, `Say ${world.newText()}`));
  await answered();
  return 'good';
}

async function whatsappMessage(world: SoakWorld): Promise<Outcome> {
  const { person, answered } = world.whatsappPerson();
  const isSpoken = world.next() % 2 === 0;
  const message = isSpoken ? world.whatsapp.voiceNote(person, spokenAudio('opus')) : world.whatsapp.text(person, world.newText());
  await world.deliverToWhatsapp(message);
  await answered();
  return 'good';
}

async function operate(world: SoakWorld): Promise<Outcome> {
  for (const path of ['/metrics', '/health/ready', '/v1/providers', '/v1/usage', '/v1/cache', '/v1/models', '/v1/agents', '/docs/json']) {
    expectAnswer(await world.client.ask(world.url + path, { method: 'GET' }));
  }
  return 'good';
}
