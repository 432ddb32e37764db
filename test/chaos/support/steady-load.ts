import { setTimeout as sleep } from 'node:timers/promises';
import { pcm16ToSamples } from '@parlance/audio';
import { BROKEN_SENTENCE, readSentences, sentenceText, SPOKEN_TEXT, spokenAudio } from '@parlance/testing';
import { Client, FormData } from 'undici';

const RATE = 24_000;
const SENTENCES = 1000;
/** Sentences of the stream that is under way for seconds. */
const LONG = 48;
const PAUSE_MILLISECONDS = 50;
const json = { 'content-type': 'application/json' };

/** These make a connection for each request, as many small clients do; the others keep theirs as long as they are let. */
const PASSERS_BY = ['passer-by'];

interface TurnEvent {
  type: string;
  text?: string;
  bytes?: string;
  error?: object;
}

/** Asks once, over a connection that is kept. */
type Caller = (client: Client) => Promise<void>;

/**
 * Callers of every kind who never stop asking, and look closely at each answer. Nothing is tried again: what fails once
 * is noted.
 */
export class SteadyLoad {
  /** What went wrong, in words, each kind of it once. */
  readonly failures: string[] = [];
  /** Good answers of each kind. */
  readonly counts: Record<string, number> = {};
  /** Jobs that were taken: their sentence, by id. */
  readonly jobs = new Map<string, string>();
  private readonly running: Promise<void>[] = [];
  private stopping = false;
  private sentence = 0;

  /** @param webhook is told of the end of each job */
  constructor(
    private readonly url: string,
    private readonly webhook: string,
  ) {
    const callers: Record<string, Caller> = {
      'long stream': (client) => this.hear(client, this.newSentences(LONG)),
      speech: (client) => this.hear(client, this.newSentences(2)),
      'cached speech': (client) => this.hear(client, [7, 8, 9]),
      'passer-by': (client) => this.hear(client, [7, 8, 9]),
      transcription: (client) => this.transcribe(client),
      turn: (client) => this.turn(client),
      job: (client) => this.job(client),
    };
    for (const [kind, caller] of Object.entries(callers)) this.running.push(this.call(kind, caller));
  }

  /** Resolves when every request has been answered. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running);
  }

  private async call(kind: string, caller: Caller): Promise<void> {
    const connected = () => new Client(this.url, { connect: { timeout: 60_000 } });
    let client = connected();
    let good = 0;
    this.counts[kind] = good;
    while (!this.stopping) {
      try {
        await caller(client);
        good += 1;
        this.counts[kind] = good;
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
        this.note(`${kind}: ${error instanceof Error ? error.message : String(error)}${cause}`);
      }
      await sleep(PAUSE_MILLISECONDS);
      if (!PASSERS_BY.includes(kind)) continue;
      await client.close();
      client = connected();
    }
    await client.close();
  }

  private note(failure: string): void {
    if (!this.failures.includes(failure)) this.failures.push(failure);
  }

  /** A thousand sentences are more than a test has: what is asked for again was made before, which is no harm. */
  private newSentences(count: number): number[] {
    return Array.from({ length: count }, () => (this.sentence = (this.sentence + 1) % SENTENCES));
  }

  private async hear(client: Client, sentences: readonly number[]): Promise<void> {
    const input = sentences.map(sentenceText).join(' ');
    const body = JSON.stringify({ model: 'tts-1', voice: 'alloy', input, response_format: 'pcm' });
    const bytes = await ask(client, '/v1/audio/speech', { headers: json, body });
    sameSentences(bytes, sentences);
  }

  private async transcribe(client: Client): Promise<void> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(spokenAudio('opus'))]), 'speech.ogg');
    form.append('model', 'whisper-1');
    // With other words it is another request, which the cache does not know.
    form.append('prompt', `Number ${this.newSentences(1)[0]}`);
    const { text } = JSON.parse((await ask(client, '/v1/audio/transcriptions', { body: form })).toString()) as { text: string };
    if (text !== SPOKEN_TEXT) throw new Error(`It was heard as '${text}'.`);
  }

  private async turn(client: Client): Promise<void> {
    const sentences = this.newSentences(3);
    const text = sentences.map(sentenceText).join(' ');
    const body = JSON.stringify({ text, thread: 'one', user: `caller ${this.sentence}`, delivery: 'chunks', format: 'pcm' });
    const headers = { ...json, accept: 'text/event-stream' };
    const events = (await ask(client, '/v1/agents/repeater/turns', { headers, body })).toString().trimEnd().split('\n\n');
    if (events.pop() !== 'data: [DONE]') throw new Error('The events have no end.');
    const parsed = events.map((event) => JSON.parse(event.slice('data: '.length)) as TurnEvent);
    if (parsed.at(-1)?.type !== 'done') throw new Error(`The turn has failed: ${JSON.stringify(parsed.at(-1)?.error)}`);
    if (parsed[0]?.text !== text) throw new Error(`The turn said '${parsed[0]?.text}'.`);
    sameSentences(Buffer.concat(parsed.map(({ bytes = '' }) => Buffer.from(bytes, 'base64'))), sentences);
  }

  private async job(client: Client): Promise<void> {
    // No sentence that others ask for: whoever makes it makes it for the job.
    const text = `This is what job number ${this.jobs.size} is about.`;
    const body = JSON.stringify({ text, voice: 'alloy', format: 'wav', webhook: { url: this.webhook } });
    const { id } = JSON.parse((await ask(client, '/v1/jobs/speech', { headers: json, body, status: 202 })).toString()) as { id: string };
    this.jobs.set(id, text);
    for (;;) {
      const { status, error } = JSON.parse((await ask(client, `/v1/jobs/${id}`, { method: 'GET' })).toString()) as {
        status: string;
        error?: object;
      };
      if (status === 'completed') return;
      if (status !== 'queued' && status !== 'running') throw new Error(`${id} is ${status}: ${JSON.stringify(error)}`);
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}

interface Asked {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | FormData;
  status?: number;
}

async function ask(client: Client, path: string, { method = 'POST', headers = {}, body, status = 200 }: Asked): Promise<Buffer> {
  const answer = await client.request({ path, method, headers, ...(body !== undefined && { body }) });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== status) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${bytes.toString().slice(0, 300)}`);
  return bytes;
}

function sameSentences(bytes: Buffer, expected: readonly number[]): void {
  const heard = readSentences(pcm16ToSamples(bytes), RATE);
  if (heard.length === expected.length && heard.every((number, index) => number === expected[index])) return;
  throw new Error(
    `${expected.join(' ')} was heard as ${heard.map((number) => (number === BROKEN_SENTENCE ? 'broken' : number)).join(' ')}.`,
  );
}
