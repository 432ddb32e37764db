const url = process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080';
const text = 'The first sentence is heard at once. '.concat('The others are made while it is being played. '.repeat(20));

const began = performance.now();
const response = await fetch(`${url}/v1/voice/speak`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.PARLANCE_API_KEY ?? ''}` },
  body: JSON.stringify({ text, voice: 'alloy', format: 'mp3', cache: false }),
});
if (!response.ok) throw new Error((await response.json()).error.message);

let bytes = 0;
for await (const chunk of response.body) {
  if (bytes === 0) console.log(`first audio after ${Math.round(performance.now() - began)} ms`);
  bytes += chunk.length;
}
console.log(`all ${bytes} bytes after ${Math.round(performance.now() - began)} ms`);
