const url = process.env.PARLANCE_URL ?? 'http://127.0.0.1:8080';
const authorization = `Bearer ${process.env.PARLANCE_API_KEY ?? ''}`;

async function ask(path, init = {}) {
  const response = await fetch(`${url}${path}`, { ...init, headers: { authorization, ...init.headers } });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

// The same key again, after a connection that broke, would give the same job.
const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
const text = 'A long text is read out by a job. '.concat('Nobody has to wait for it. '.repeat(40));
let job = await ask('/v1/jobs/speech', { method: 'POST', headers, body: JSON.stringify({ text, format: 'mp3' }) });
console.log(`${job.id} is ${job.status}`);

while (job.status === 'queued' || job.status === 'running') {
  await new Promise((resolve) => setTimeout(resolve, 200));
  job = await ask(`/v1/jobs/${job.id}`);
}
if (job.status !== 'completed') throw new Error(job.error?.message ?? job.status);
const audio = await (await fetch(job.result.url)).arrayBuffer();
console.log(`completed: ${Math.round(job.result.file.durationSeconds)} s of speech in ${audio.byteLength} bytes`);
