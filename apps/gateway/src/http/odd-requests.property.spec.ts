import { request as send, type IncomingHttpHeaders } from 'node:http';
import * as fc from 'fast-check';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';

interface OddRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

interface Heard {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const PATHS = [
  '/v1/audio/speech',
  '/v1/audio/transcriptions',
  '/v1/audio/voices',
  '/v1/models',
  '/v1/voice/speak',
  '/v1/voice/transcribe',
  '/v1/files',
  '/v1/jobs/speech',
  '/v1/jobs/transcriptions',
  '/v1/agents',
  '/v1/agents/demo/turns',
  '/v1/providers/local/breaker',
  '/v1/cache',
  '/v1/usage',
  '/webhooks/telegram/demo',
  '/webhooks/whatsapp/demo',
  '/health/ready',
  '/nowhere',
];
const OPEN_PATHS = ['/v1/models/', '/v1/files/', '/v1/jobs/', '/v1/agents/', '/v1/providers/', '/objects/', '/webhooks/telegram/', '/'];
const TYPES = [
  'application/json',
  'multipart/form-data',
  'multipart/form-data; boundary=b',
  'audio/ogg',
  'text/plain',
  'application/json; charset=utf-16',
  'x',
  '',
];
const FIELDS = [
  'input',
  'model',
  'voice',
  'text',
  'fileId',
  'url',
  'tenant',
  'config',
  'webhook',
  'providers',
  'options',
  '__proto__',
  'constructor',
  'toString',
];

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))),
  fc.constantFrom('..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e', '%00', '%zz', '%', 'a'.repeat(3000), '.%2f', '__proto__', '%F0%9F%98%80'),
);
const path = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...PATHS),
      fc.tuple(fc.constantFrom(...OPEN_PATHS), piece).map(([start, rest]) => start + rest),
    ),
    fc.option(piece),
  )
  .map(([address, query]) => (query === null ? address : `${address}?tenant=${query}&from=${query}&provider[]=${query}`));
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('tts-1', 'Hello.', -0, 1e308, '\0', '\u{1F600}', '../../etc/passwd', [], {}, { toString: 1 }, 'x'.repeat(5000)),
);
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...FIELDS), value).map((fields) => JSON.stringify(fields)),
  fc.jsonValue().map((any) => JSON.stringify(any)),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('{', '[[[[', '{"__proto__":{"a":1}}', '{"a":1,"a":2}', '--b\r\n\r\n--b--', '\ufeff{}', '['.repeat(20_000)),
);
const headerText = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  minLength: 1,
  maxLength: 60,
});
const oddRequest: fc.Arbitrary<OddRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
  path,
  headers: fc
    .record(
      {
        'content-type': fc.constantFrom(...TYPES),
        accept: fc.constantFrom('*/*', 'text/event-stream', 'x'),
        range: headerText,
        authorization: headerText,
        'idempotency-key': headerText,
        'x-request-id': headerText,
        'content-encoding': fc.constantFrom('gzip', 'x'),
      },
      { requiredKeys: [] },
    )
    .map((headers) => headers as Record<string, string>),
  body,
});

/** As it is: fetch would write addresses anew. */
function ask({ url }: FakeGateway, { method, path: address, headers, body: text }: OddRequest): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const bytes = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? Buffer.alloc(0) : Buffer.from(text);
    const sent = send(url, { method, path: address, headers: { ...headers, 'content-length': bytes.length } }, (response) => {
      let heard = '';
      response.setEncoding('utf8').on('data', (data: string) => (heard += data));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: heard }));
      response.on('error', reject);
    });
    sent.on('error', reject).end(bytes);
  });
}

/** What an answer shows that is nobody's business; `undefined`: nothing. */
function leakOf({ text, headers }: Heard, echo: string): string | undefined {
  const shown = `${text}\n${JSON.stringify(headers)}`;
  const found = [
    /\n\s+at .+[:(]\d+/,
    /node_modules/,
    /\.[cm]?[jt]s:\d+/,
    /\/(?:tmp|home|usr|var|work)\//,
    /(?:Type|Reference|Range|Syntax)Error/,
  ].flatMap((pattern) => pattern.exec(shown)?.[0] ?? []);
  return found.find((one) => !echo.includes(one));
}

describe('odd requests', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_ALLOW_ANONYMOUS: 'true' });
  });
  afterAll(() => gateway.close());

  it('are never answered with anything of the inside, and every error has the one body', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(oddRequest, async (odd) => {
        const heard = await ask(gateway, odd);
        statuses.set(heard.status, (statuses.get(heard.status) ?? 0) + 1);
        expect(leakOf(heard, `${odd.path}\n${odd.body}\n${Object.values(odd.headers).join('\n')}`)).toBeUndefined();
        // Nothing that comes from outside is the server's fault; a probe and a store that is away are no errors of ours.
        if (odd.path !== '/health/ready') expect(heard.status).not.toBe(500);
        if (heard.status >= 400 && odd.method !== 'HEAD') {
          const { error } = JSON.parse(heard.text) as { error: Record<string, unknown> };
          expect(Object.keys(error).slice(0, 4)).toEqual(['message', 'type', 'param', 'code']);
          expect(heard.headers['content-type']).toContain('application/json');
          expect(String(error['message'])).not.toBe('');
        }
      }),
      { numRuns: 800 },
    );
    // It was not one refusal all the time.
    for (const status of [200, 400, 404, 415]) expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
  });
});
