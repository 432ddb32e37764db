import { gzipSync } from 'node:zlib';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';

const MOST_BYTES = 300_000;
const html = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, redirect: 'manual' } as const;

/** What a page refers to, absolute. */
function partsOf(page: string, address: string): string[] {
  return [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => new URL(part, address).href);
}

describe('the console', () => {
  let gateway: FakeGateway;
  let page: string;
  let parts: string[];
  beforeAll(async () => {
    // Keys make no difference to the page.
    gateway = await startFakeGateway({ PARLANCE_API_KEYS: 'a-key-of-this-server' });
    const answer = await fetch(`${gateway.url}/console/`);
    if (answer.status !== 200) throw new Error('The console is not built. Run: npm run build');
    page = await answer.text();
    parts = partsOf(page, answer.url);
  });
  afterAll(() => gateway.close());

  it('is a page that loads its own parts only, each of them for ever', async () => {
    expect(parts.length).toBeGreaterThanOrEqual(3);
    for (const part of parts) {
      expect(part.startsWith(`${gateway.url}/console/assets/`)).toBe(true);
      const { status, headers } = await fetch(part);
      expect([part, status, headers.get('cache-control')]).toEqual([part, 200, 'public, max-age=31536000, immutable']);
    }
  });

  it('is asked for anew each time, and may not be told otherwise by anything within it', async () => {
    const { headers } = await fetch(`${gateway.url}/console/`);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'self'",
      "script-src 'self';",
      "connect-src 'self'",
      "media-src 'self' blob:",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    // The policy allows no script within the page.
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
    expect(page).not.toMatch(/\son\w+="/);
    // With a header of its own for the cache, or fetch adds one that asks for the whole.
    const again = { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    expect((await fetch(`${gateway.url}/console/`, { headers: again })).status).toBe(304);
  });

  it('is small when it is loaded first', async () => {
    const texts = await Promise.all(parts.map(async (part) => (await fetch(part)).text()));
    const bytes = [page, ...texts].map((text) => gzipSync(text).byteLength).reduce((sum, each) => sum + each);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it.each(['br', 'gzip'])('comes as %s to those who take it', async (encoding) => {
    const script = parts.find((part) => part.endsWith('.js'))!;
    const answer = await fetch(script, { headers: { 'accept-encoding': encoding } });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('vary')).toContain('accept-encoding');
    expect(await answer.text()).toBe(await (await fetch(script, { headers: { 'accept-encoding': 'identity' } })).text());
  });

  it.each([
    ['/console', 'console/'],
    ['/console?x=1', 'console/'],
    ['/', 'console/'],
  ])('is where browsers are led from %s', async (path, place) => {
    const { status, headers } = await fetch(gateway.url + path, html);
    expect([status, headers.get('location')]).toEqual([302, place]);
  });

  it.each([
    ['/', {}],
    ['/', { accept: 'application/json' }],
    ['/console/assets/none.js', {}],
    ['/console/../package.json', {}],
    ['/console/%2e%2e/%2e%2e/package.json', {}],
    ['/console/assets', {}],
  ])('%s with %j is no route', async (path, headers) => {
    const answer = await fetch(gateway.url + path, { headers });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'unknown_url' } });
  });
});

it('PARLANCE_CONSOLE=false leaves the console out', async () => {
  const gateway = await startFakeGateway({ PARLANCE_CONSOLE: 'false' });
  try {
    for (const path of ['/', '/console', '/console/', '/console/index.html']) {
      const { status, headers } = await fetch(gateway.url + path, html);
      expect([path, status, headers.get('location')]).toEqual([path, 404, null]);
    }
  } finally {
    await gateway.close();
  }
});
