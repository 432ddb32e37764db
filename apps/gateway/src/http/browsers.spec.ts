import { FilesystemObjectStore } from '@parlance/storage';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { postJson } from '../__fixtures__/post.js';

const preflight = {
  method: 'OPTIONS',
  headers: {
    origin: 'https://app.example.com',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-stainless-os',
  },
};
const from = (origin: string) => ({ headers: { origin } });
const accessControl = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'));

async function withGateway(environment: Record<string, string>, run: (gateway: FakeGateway) => Promise<void>): Promise<void> {
  const gateway = await startFakeGateway(environment);
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
}

describe('pages of other origins', () => {
  it('may not call by default', () =>
    withGateway({}, async ({ url }) => {
      const answers = [
        await fetch(`${url}/v1/models`, from('https://app.example.com')),
        await fetch(`${url}/v1/audio/speech`, preflight),
        await fetch(`${url}/health/live`, from(url)),
      ];
      expect(answers.map(({ headers }) => accessControl(headers))).toEqual([[], [], []]);
      expect(answers[1]?.status).toBe(404);
    }));

  it('may where they are listed, without a key for the question whether they may', () =>
    withGateway(
      { PARLANCE_API_KEYS: 'first-key-of-all', PARLANCE_CORS_ORIGINS: 'https://app.example.com,http://127.0.0.1:3000' },
      async ({ url }) => {
        const asked = await fetch(`${url}/v1/audio/speech`, preflight);
        expect(asked.status).toBe(204);
        expect(Object.fromEntries(asked.headers)).toMatchObject({
          'access-control-allow-origin': 'https://app.example.com',
          'access-control-allow-methods': expect.stringContaining('POST'),
          'access-control-allow-headers': 'authorization,content-type,x-stainless-os',
        });
        const wanted = { input: 'Hello.', model: 'tts-1', voice: 'alloy' };
        const key = { authorization: 'Bearer first-key-of-all' };
        const answer = await postJson(`${url}/v1/audio/speech`, wanted, { ...key, ...from('http://127.0.0.1:3000').headers });
        expect(answer.status).toBe(200);
        expect(answer.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:3000');
        expect(answer.headers.get('access-control-expose-headers')).toContain('x-parlance-provider');
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        const refused = await fetch(`${url}/v1/models`, from('https://app.example.com'));
        expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://app.example.com']);
        for (const origin of ['https://evil.example.com', 'https://app.example.com.evil.com', 'null']) {
          expect((await fetch(`${url}/v1/models`, from(origin))).headers.get('access-control-allow-origin')).toBeNull();
        }
      },
    ));

  it('may all where any is', () =>
    withGateway({ PARLANCE_CORS_ORIGINS: '*' }, async ({ url }) => {
      expect((await fetch(`${url}/v1/models`, from('https://anybody.example'))).headers.get('access-control-allow-origin')).toBe('*');
    }));
});

describe('what browsers are told', () => {
  it('is to make nothing of an answer but what it is, and to show the documentation alone', () =>
    withGateway({}, async ({ url, application }) => {
      const store = application.get(FilesystemObjectStore);
      await store.put('voice/speech/a.ogg', Buffer.from('0123456789'), { contentType: 'audio/ogg' });
      const link = (await store.presignGet('voice/speech/a.ogg', { expiresInSeconds: 60 })).replace('http://127.0.0.1', url);
      for (const address of [
        `${url}/v1/models`,
        `${url}/v1/nowhere`,
        `${url}/health/live`,
        `${url}/docs`,
        `${url}/docs/json`,
        link,
        `${url}/objects/x`,
      ]) {
        const { headers } = await fetch(address);
        expect({ address, ...Object.fromEntries(headers) }).toMatchObject({
          address,
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'content-security-policy': expect.stringContaining("default-src 'none'"),
          'cross-origin-resource-policy': address.includes('/objects/') ? 'cross-origin' : 'same-origin',
        });
        expect(headers.get('content-security-policy')?.includes("script-src 'self'")).toBe(address.includes('/docs'));
      }
    }));

  it('lets the documentation load what it is made of', () =>
    withGateway({}, async ({ url }) => {
      const page = await (await fetch(`${url}/docs`)).text();
      const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => new URL(address, `${url}/docs`));
      expect(parts.length).toBeGreaterThan(3);
      for (const part of parts) {
        expect(part.origin).toBe(url);
        expect((await fetch(part)).status).toBe(200);
      }
      // The policy allows no script within the page.
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
      expect(page).not.toMatch(/\son\w+="/);
    }));
});
