import type { Page, Response, Route } from 'playwright-core';

/**
 * Answers `GET /v1/status` and `GET /v1/traces` within the browser, in the form that the gateway has for them, from what
 * the gateway says elsewhere. Keys are asked for by the gateway itself.
 */
export async function stubOperation(page: Page, url: string): Promise<void> {
  const records: object[] = [];
  page.on('response', (response) => {
    if (response.url() === `${url}/v1/voice/speak` && response.status() === 200) records.unshift(recordOf(response));
  });
  await page.route(`${url}/v1/status`, async (route) => {
    const providers = await allowed(route, url);
    if (providers !== undefined) await events(route, 'status', [statusOf(providers)]);
  });
  await page.route(`${url}/v1/traces?**`, async (route) => {
    if ((await allowed(route, url)) !== undefined) await events(route, 'trace', records);
  });
  await page.route(`${url}/v1/traces/*`, async (route) => {
    const id = route.request().url().split('/').at(-1);
    const record = records.find((known) => (known as { id: string }).id === id);
    if ((await allowed(route, url)) === undefined) return;
    if (record === undefined) await route.fulfill({ status: 404, json: { error: { message: 'There is no such trace.' } } });
    else await route.fulfill({ json: record });
  });
}

/** The providers, for those who may see them; others are answered as the gateway answers them. */
async function allowed(route: Route, url: string): Promise<unknown[] | undefined> {
  const { authorization } = route.request().headers();
  const answer = await fetch(`${url}/v1/providers`, { headers: authorization === undefined ? {} : { authorization } });
  const text = await answer.text();
  if (answer.ok) return (JSON.parse(text) as { data: unknown[] }).data;
  await route.fulfill({ status: answer.status, contentType: 'application/json', body: text });
  return undefined;
}

async function events(route: Route, name: string, data: readonly object[]): Promise<void> {
  const body = data.map((one) => `event: ${name}\ndata: ${JSON.stringify(one)}\n\n`).join('');
  await route.fulfill({ contentType: 'text/event-stream', body: `: ${name}\n\n${body}` });
}

function statusOf(providers: readonly unknown[]) {
  return {
    object: 'status',
    at: new Date().toISOString(),
    version: '0.1.0',
    uptimeSeconds: 3723,
    state: 'ready',
    degraded: [],
    providers,
    retiring: [{ provider: 'openai', model: 'tts-1', retires: '2027-01-06', daysLeft: 41, successor: 'gpt-realtime-2.1-mini' }],
    cache: { lookups: 8, hits: 2, partial: 0, coalesced: 1, misses: 5, memoryBytes: 46_080, memoryEntries: 5 },
    requests: { active: 0, speak: { ok: 6, failed: 0 }, transcribe: { ok: 2, failed: 0 } },
    queues: [{ name: 'jobs', waiting: 0, active: 0, oldestSeconds: 0 }],
    process: { residentBytes: 210_000_000, heapBytes: 80_000_000, eventLoopP99Milliseconds: 11, node: process.version },
  };
}

function recordOf(response: Response) {
  const headers = response.headers();
  const text = (name: string) => headers[`x-parlance-${name}`] ?? '';
  const millisecondsOf = (name: string) => Number(new RegExp(`${name};dur=([\\d.]+)`).exec(text('timing'))?.[1] ?? 0);
  const servedBy = { provider: text('provider'), model: text('model'), voice: text('voice') };
  const lookUpMilliseconds = millisecondsOf('lookup');
  const firstAudioMilliseconds = millisecondsOf('first-audio');
  const attempt = { ...servedBy, segment: 0, outcome: 'ok', startMilliseconds: lookUpMilliseconds };
  const attempts = text('cache') === 'hit' ? [] : [{ ...attempt, milliseconds: millisecondsOf(servedBy.provider) }];
  return {
    id: headers['x-request-id'],
    at: new Date().toISOString(),
    operation: 'speak',
    route: '/v1/voice/speak',
    tenant: 'default',
    outcome: 'ok',
    usage: {},
    trace: {
      operation: 'speak',
      plan: [servedBy],
      skipped: [{ provider: 'openai', reason: 'no key is configured' }],
      attempts,
      cache: text('cache'),
      servedBy,
      segments: 1,
      pieces: [{ startSeconds: 0, seconds: 1 }],
      lookUpMilliseconds,
      firstAudioMilliseconds,
      totalMilliseconds: firstAudioMilliseconds + 10,
    },
  };
}
