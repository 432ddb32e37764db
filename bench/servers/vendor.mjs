// A vendor of speech and transcription with OpenAI's API whose answers take a time of their own, as a real one's do: a base,
// some more for each character, and something between nothing and `spread` that depends on the text and is the same for the
// same text. What it hears is another sentence each time.
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const [, , mp3File, ...numbers] = process.argv;
const [base, perCharacter, spread, samplesBytes] = numbers.map(Number);
const mp3 = readFileSync(mp3File);
let calls = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void serve(request, response));

async function serve(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (request.method !== 'POST') return response.end('{"object":"list","data":[]}');
  calls++;
  if (request.url.endsWith('/transcriptions')) return transcribe(response);
  const { input, response_format: format } = JSON.parse(Buffer.concat(parts).toString());
  after(base + perCharacter * input.length + spread * fraction(input), () => {
    const body = format === 'pcm' ? tone(samplesBytes ?? input.length * 2880) : mp3;
    response.writeHead(200, { 'content-type': format === 'pcm' ? 'audio/pcm' : 'audio/mpeg', 'content-length': body.length }).end(body);
  });
}

function transcribe(response) {
  const text = `This is what was said in the recording with the number ${calls}.`;
  after(base + spread * fraction(text), () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ text })));
}

/** A timer of no time takes a millisecond. */
function after(milliseconds, answer) {
  if (milliseconds === 0) answer();
  else setTimeout(() => answer(), milliseconds);
}

/** As many bytes of a quiet tone as are asked for, or 60 ms for each character. */
function tone(bytes) {
  return Buffer.alloc(bytes, Buffer.from([0x00, 0x08, 0x00, 0xf8]));
}

function fraction(text) {
  return createHash('sha1').update(text).digest().readUInt32LE() / 2 ** 32;
}

server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('message', () => {
  process.send({ calls });
  calls = 0;
});
process.on('disconnect', () => process.exit());
