// A vendor of speech that streams, with OpenAI's API: the first piece of an mp3 after some time, the others one by one after
// that, and no length told. Arguments: the mp3, milliseconds until the first piece, between two, and the number of pieces.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , mp3File, ...numbers] = process.argv;
const [first, between, count] = numbers.map(Number);
const mp3 = readFileSync(mp3File);
const size = Math.ceil(mp3.length / count);
const pieces = Array.from({ length: count }, (_, index) => mp3.subarray(index * size, (index + 1) * size));

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume().on('end', () => void serve(request, response));
});

async function serve({ method }, response) {
  if (method !== 'POST') return response.end('{"object":"list","data":[]}');
  response.setHeader('content-type', 'audio/mpeg');
  for (const [index, piece] of pieces.entries()) {
    await sleep(index === 0 ? first : between);
    response.write(piece);
  }
  response.end();
}

server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
