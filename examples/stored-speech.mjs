const url = process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080';

const response = await fetch(`${url}/v1/voice/speak`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.PARLANCE_API_KEY ?? ''}` },
  body: JSON.stringify({ text: 'This sentence is kept as a file.', format: 'opus', delivery: 'url', expiresInSeconds: 600 }),
});
const stored = await response.json();
if (!response.ok) throw new Error(stored.error.message);
console.log(`${stored.file.sizeBytes} bytes, ${stored.file.durationSeconds} s, link until ${stored.expiresAt}`);

// Anyone who has the link can read the file until then, without a key, whole or in part.
const head = await fetch(stored.url, { headers: { range: 'bytes=0-3' } });
console.log(`${head.status} ${head.headers.get('content-range')}: ${await head.text()}`);
