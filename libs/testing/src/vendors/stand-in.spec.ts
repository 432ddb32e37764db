import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../conformance/check.js';
import { spokenAudio } from './audio/spoken-audio.js';
import { jsonBody } from './captured-request.js';
import { StandIn } from './stand-in.js';

describe('StandIn', () => {
  const body = 'abcdefgh';
  const standIn = new StandIn(
    (request) => {
      if (request.path === '/strict') jsonBody(request);
      if (request.path === '/broken') throw new Error('The route is broken.');
      return request.path === '/pieces' ? { status: 200, body: ['abc', Buffer.from('def')] } : { status: 200, body };
    },
    { spares: ({ path }) => path === '/token', probes: ({ path }) => path === '/models' },
  );
  beforeAll(() => standIn.start());
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  const ask = (path = '/', init: RequestInit = {}) => fetch(standIn.url + path, init);
  const free = () => eventually(async () => standIn.openSockets === 0, 'A request is still under way.');

  it('answers as its route does, and keeps what it was asked', async () => {
    const answer = await ask('/speak?voice=anna', { method: 'POST', body: 'Hello', headers: { 'x-colour': 'blue' } });
    expect([answer.status, await answer.text()]).toEqual([200, body]);
    expect(answer.headers.get('content-length')).toBe('8');
    const [request] = standIn.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/speak', aborted: false, headers: { 'x-colour': 'blue' } });
    expect([request?.query.get('voice'), request?.body.toString()]).toEqual(['anna', 'Hello']);
    await free();
  });

  it('sends several pieces one after the other', async () => {
    const answer = await ask('/pieces');
    expect([answer.headers.get('content-length'), await answer.text()]).toEqual([null, 'abcdef']);
  });

  it('refuses what is not what it says it is, and tells of a route that breaks', async () => {
    const malformed = await ask('/strict', { method: 'POST', body: 'no JSON', headers: { 'content-type': 'application/json' } });
    expect([malformed.status, await malformed.text()]).toEqual([400, 'The body is no JSON.']);
    const broken = await ask('/broken');
    expect([broken.status, await broken.text()]).toEqual([500, 'The route is broken.']);
  });

  it('spends one fault on each call and none on the spared requests', async () => {
    standIn.fail({ kind: 'reply', status: 503, body: 'Busy.' }, { kind: 'empty' }, { kind: 'html' });
    const statuses: [number, string][] = [];
    for (const path of ['/token', '/', '/', '/', '/']) {
      const answer = await ask(path);
      statuses.push([answer.status, (await answer.text()).slice(0, 9)]);
    }
    expect(statuses).toEqual([
      [200, body],
      [503, 'Busy.'],
      [200, ''],
      [200, '<!doctype'],
      [200, body],
    ]);
    expect([standIn.requests.length, standIn.calls.length]).toEqual([5, 4]);
  });

  it('spends on probes the faults that are meant for them', async () => {
    standIn.fail({ kind: 'reply', status: 503 });
    standIn.failProbes({ kind: 'reply', status: 401 });
    const statuses: number[] = [];
    for (const path of ['/models', '/models', '/', '/']) statuses.push((await ask(path)).status);
    expect(statuses).toEqual([401, 200, 503, 200]);
    expect(standIn.calls.map(({ path }) => path)).toEqual(['/', '/']);
    standIn.failProbes({ kind: 'reply', status: 401 });
    standIn.reset();
    expect((await ask('/models')).status).toBe(200);
  });

  it('refuses, and breaks off in the middle', async () => {
    standIn.fail({ kind: 'refuse' });
    await expect(ask()).rejects.toThrow('fetch failed');
    standIn.fail({ kind: 'cut' });
    const answer = await ask();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    await free();
  });

  it.each(['hang', 'hang-mid-body'] as const)('sees its client leave at %p', async (kind) => {
    standIn.fail({ kind });
    const leaving = new AbortController();
    const answer = ask('/', { signal: leaving.signal }).then((head) => head.text());
    await eventually(async () => standIn.requests.length === 1, 'The request did not come.');
    expect([standIn.openSockets, standIn.requests[0]?.aborted]).toEqual([1, false]);
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    await free();
    expect(standIn.requests[0]?.aborted).toBe(true);
  });

  it('sends the first half, and the rest when it may', async () => {
    let release: () => void = () => undefined;
    standIn.fail({ kind: 'gate', release: new Promise<void>((resolve) => (release = resolve)) });
    const answer = await ask();
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('abcd');
    release();
    const second = await reader?.read();
    expect(Buffer.from(second?.value ?? []).toString()).toBe('efgh');
    expect((await reader?.read())?.done).toBe(true);
  });

  it('keeps connections, and forgets with a reset', async () => {
    for (let call = 0; call < 3; call++) await (await ask()).text();
    expect(standIn.connectionsOpened).toBeLessThanOrEqual(1);
    standIn.fail({ kind: 'reply', status: 500 });
    standIn.reset();
    expect((await ask()).status).toBe(200);
    expect(standIn.requests).toHaveLength(1);
  });

  it('survives a client that leaves in the middle of its request', async () => {
    const socket = connect(Number(new URL(standIn.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\nhalf');
    await eventually(async () => standIn.openSockets === 1, 'The request did not begin.');
    socket.destroy();
    await free();
    expect(standIn.requests).toHaveLength(0);
    expect((await ask()).status).toBe(200);
  });

  it('closes whatever is under way, and opens again', async () => {
    const brief = new StandIn(() => ({ status: 200, body: spokenAudio('mp3') }));
    expect(() => brief.url).toThrow('has not been started');
    await brief.start();
    brief.fail({ kind: 'hang' });
    const ended = fetch(brief.url).then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await eventually(async () => brief.openSockets === 1, 'The request did not come.');
    await brief.close();
    expect(await ended).toBe('fetch failed');
    await brief.close();
    await brief.start();
    expect((await fetch(brief.url)).status).toBe(200);
    await brief.close();
  });
});
