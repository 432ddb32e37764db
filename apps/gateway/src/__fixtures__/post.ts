/** An answer with the parts tests look at. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; `undefined` when it is none. */
  json: { error?: { message: string; type: string; param: string | null; code: string | null } } & Record<string, unknown>;
}

export async function answerOf(response: Promise<Response>): Promise<Answer> {
  const { status, headers, ...rest } = await response.then(async (got) => ({
    status: got.status,
    headers: got.headers,
    text: await got.text(),
  }));
  const isJson = headers.get('content-type')?.includes('application/json') === true;
  return { status, headers, text: rest.text, json: isJson ? (JSON.parse(rest.text) as Answer['json']) : {} };
}

export function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return answerOf(fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }));
}

export type Part = readonly [name: string, value: string | Uint8Array<ArrayBuffer>, filename?: string];

export function formOf(...parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([value]), filename);
  }
  return form;
}

export function postForm(url: string, ...parts: readonly Part[]): Promise<Answer> {
  return answerOf(fetch(url, { method: 'POST', body: formOf(...parts) }));
}

/** The objects of a stream of server-sent events; `[DONE]` as it is. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const data = event.replace(/^data: /, '');
      return data === '[DONE]' ? data : (JSON.parse(data) as unknown);
    });
}
