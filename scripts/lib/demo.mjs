import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Problem } from './project.mjs';
import { countWordErrors, words } from './word-errors.mjs';

const SENTENCE = 'Hello, and welcome. I can speak and listen, and I work without the internet.';
const FILE = resolve('parlance-hello.ogg');
const TIMEOUT_MILLISECONDS = 60_000;
/** The share of wrong words above which something must be broken. */
const TOO_MANY_ERRORS = 0.5;

/** Speaks a sentence into a file, has the file written down again, and shows both. */
export async function runDemo(url, key) {
  console.log('\nSaying a sentence and listening to it ...');
  const speech = await timed(() => speak(url, key));
  await writeFile(FILE, speech.result);
  const transcript = await timed(() => transcribe(url, key, speech.result));
  const total = words(SENTENCE).length;
  const errors = countWordErrors(SENTENCE, transcript.result);
  console.log(`
  said         ${SENTENCE}
  heard        ${transcript.result}
  word errors  ${errors} of ${total} (${Math.round((errors / total) * 100)} %)
  speech       ${speech.milliseconds} ms, ${(speech.result.length / 1024).toFixed(1)} KiB of Opus
  transcript   ${transcript.milliseconds} ms
  file         ${relative('.', FILE)}`);
  if (errors / total > TOO_MANY_ERRORS) {
    throw new Problem('Too little of the sentence came back. Listen to the file: is it the speech or the hearing that is wrong?');
  }
}

export function showNextSteps(url, needsKey) {
  const authorization = needsKey ? ' -H "authorization: Bearer YOUR_KEY"' : '';
  console.log(`
Try next:
  curl ${url}/v1/audio/speech${authorization} -H "content-type: application/json" \\
    -d '{"model":"tts-1","voice":"alloy","input":"Good morning!"}' -o hello.mp3
  curl ${url}/v1/audio/transcriptions${authorization} -F model=whisper-1 -F file=@hello.mp3
  ${url}/console        hear it, speak to it, look inside, in a browser
  ${url}/docs           all routes
  ${url}/health/ready   state
Ctrl-C stops.`);
}

async function speak(url, key) {
  const body = { model: 'local/flite', voice: 'alloy', input: SENTENCE, response_format: 'opus' };
  const response = await request(`${url}/v1/audio/speech`, key, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (new TextDecoder().decode(bytes.subarray(0, 4)) !== 'OggS') throw new Problem('The speech that came back is no Ogg file.');
  return bytes;
}

async function transcribe(url, key, audio) {
  const form = new FormData();
  form.set('model', 'local/moonshine-tiny');
  form.set('file', new Blob([audio], { type: 'audio/ogg' }), 'parlance-hello.ogg');
  const response = await request(`${url}/v1/audio/transcriptions`, key, { body: form });
  return (await response.json()).text;
}

async function request(url, key, { headers = {}, body }) {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  let response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...authorization },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch (error) {
    throw new Problem(`${new URL(url).pathname} did not answer: ${error.cause?.message ?? error.message}`);
  }
  if (response.ok) return response;
  throw new Problem(`${new URL(url).pathname} answered ${response.status}: ${await readMessage(response)}`);
}

/** What an error answer says. */
async function readMessage(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).error.message;
  } catch {
    return text.slice(0, 500);
  }
}

async function timed(work) {
  const begin = performance.now();
  const result = await work();
  return { result, milliseconds: Math.round(performance.now() - begin) };
}
