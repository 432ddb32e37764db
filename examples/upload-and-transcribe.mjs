import { readFile } from 'node:fs/promises';

const server = process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080';
const path = process.argv[2] ?? new URL('../libs/audio/src/__fixtures__/jfk.wav', import.meta.url);
const recording = await readFile(path);

async function call(method, route, body) {
  const response = await fetch(`${server}${route}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.PARLANCE_API_KEY ?? ''}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(JSON.parse(text).error.message);
  return text === '' ? undefined : JSON.parse(text);
}

// The bytes go straight to where they are stored: the file system's own route, or S3. The link needs no key.
const { id, upload } = await call('POST', '/v1/files', { filename: 'speech.wav', sizeBytes: recording.length });
const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: recording });
if (!sent.ok) throw new Error(`The upload was answered with ${sent.status}.`);

const file = await call('GET', `/v1/files/${id}`);
console.log(`${file.originalFilename}: ${file.sizeBytes} bytes, ${file.durationSeconds} s of ${file.format} at ${file.sampleRate} Hz`);

const { text } = await call('POST', '/v1/voice/transcribe', { fileId: id });
console.log(`heard: ${text}`);

await call('DELETE', `/v1/files/${id}`);
console.log('deleted');
