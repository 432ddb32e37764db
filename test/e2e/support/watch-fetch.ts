import { privateWords } from './private-words.js';

/** The fields of requests and answers that hold what somebody says or hears, wherever they stand. */
const FIELDS = new Set(['body', 'caption', 'content', 'input', 'instructions', 'prompt', 'text', 'transcript']);

let isWatched = false;

/** From now on what is said in the requests and answers of this test is among the words that no log may have in it. */
export function watchFetch(): void {
  if (isWatched) return;
  isWatched = true;
  const { fetch } = globalThis;
  globalThis.fetch = async (resource, init) => {
    const { body } = init ?? {};
    if (typeof body === 'string') noteText(body);
    else if (body instanceof FormData) for (const [name, value] of body) note({ [name]: value });
    return watched(await fetch(resource, init));
  };
}

/** What is read as a stream is passed on untouched: it must end when its reader leaves. */
function watched(response: Response): Response {
  const readText = response.text.bind(response);
  const readJson = response.json.bind(response);
  const isPlain = /^(?:text\/(?:plain|vtt)|application\/x-subrip)/.test(response.headers.get('content-type') ?? '');
  const text = async () => {
    const answer = await readText();
    if (isPlain && new URL(response.url).pathname.includes('/transcri')) privateWords.add(...answer.split('\n'));
    else noteText(answer);
    return answer;
  };
  const json = async () => {
    const answer: unknown = await readJson();
    note(answer);
    return answer;
  };
  return Object.assign(response, { text, json });
}

/** JSON, or events with JSON in them; in anything else nobody says anything. */
function noteText(text: string): void {
  for (const part of text.startsWith('data: ') ? text.split('\n').map((line) => line.slice(6)) : [text]) {
    try {
      note(JSON.parse(part));
    } catch {
      // No JSON.
    }
  }
}

function note(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && FIELDS.has(name)) privateWords.add(inner);
    else note(inner);
  }
}
