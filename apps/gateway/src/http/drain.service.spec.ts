import { connect } from 'node:net';
import { AbortedError } from '@parlance/contracts';
import { fastify } from 'fastify';
import { Client } from 'undici';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { speech } from '../__fixtures__/fake-voice.js';
import { answerOf, postJson } from '../__fixtures__/post.js';
import { stopGateway } from '../bootstrap.js';
import { MetricsServer } from '../metrics/metrics-server.js';
import { DrainService } from './drain.service.js';
import { serverOptions } from './server-options.js';

const wanted = { input: 'a secret text', model: 'tts-1', voice: 'alloy' };
const post = {
  path: '/v1/audio/speech',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(wanted),
} as const;

describe('a gateway that stops', () => {
  let gateway: FakeGateway;
  let clients: Client[];
  let release: () => void;
  beforeEach(async () => {
    gateway = await startFakeGateway();
    clients = [];
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.destroy()));
    await gateway.close();
  });

  /** One connection, which is kept. */
  const client = () => {
    clients.push(new Client(gateway.url));
    return clients.at(-1)!;
  };
  const ask = async (one: Client, path: string) => {
    const { statusCode, headers, body } = await one.request({ path, method: 'GET' });
    await body.text();
    return { status: statusCode, connection: headers['connection'] };
  };
  /** The first half of what is said is there, the second when it is released. */
  const speakHalf = () => {
    const released = new Promise<void>((resolve) => (release = resolve));
    gateway.voice.speak = async () =>
      speech(
        (async function* () {
          yield Buffer.from('one ');
          await released;
          yield Buffer.from('two');
        })(),
      );
    return fetch(gateway.url + post.path, post);
  };

  it('serves everybody for a while, not ready, and has their connections end with the answer', async () => {
    const [kept, busy] = [client(), client()];
    expect(await ask(kept, '/v1/models')).toEqual({ status: 200, connection: 'keep-alive' });
    const speaking = await speakHalf();
    await gateway.application.get(DrainService).leave(0);
    expect(await ask(busy, '/health/ready')).toEqual({ status: 503, connection: 'close' });
    expect(await ask(busy, '/health/live')).toEqual({ status: 200, connection: 'close' });
    expect(await ask(kept, '/v1/models')).toEqual({ status: 200, connection: 'close' });
    const spoken = busy.request(post);
    release();
    const { statusCode, headers, body } = await spoken;
    expect([statusCode, headers['connection'], await body.text()]).toEqual([200, 'close', 'one two']);
    expect(await speaking.text()).toBe('one two');
  });

  it('lets an answer under way end, refuses new ones, and does not wait for idle connections', async () => {
    const idle = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    idle.on('error', () => undefined);
    const response = await speakHalf();
    const stopped = stopGateway(gateway.application, { graceMilliseconds: 10_000 });
    expect(await answerOf(fetch(`${gateway.url}/v1/models`))).toMatchObject({ status: 503, json: { error: { code: 'stopping' } } });
    expect(await answerOf(fetch(`${gateway.url}/health/ready`))).toMatchObject({ status: 503 });
    expect(await answerOf(fetch(`${gateway.url}/health/live`))).toMatchObject({ status: 200 });
    release();
    expect(await response.text()).toBe('one two');
    await stopped;
    await expect(fetch(gateway.url)).rejects.toThrow('fetch failed');
    idle.destroy();
  });

  it('serves a last request over a connection from before, which nobody was told to leave', async () => {
    const kept = client();
    await ask(kept, '/v1/models');
    const response = await speakHalf();
    const stopped = stopGateway(gateway.application, { graceMilliseconds: 10_000 });
    expect(await ask(client(), '/v1/models')).toEqual({ status: 503, connection: 'close' });
    expect(await ask(kept, '/v1/models')).toEqual({ status: 200, connection: 'close' });
    expect(await ask(kept, '/v1/models')).toEqual({ status: 503, connection: 'close' });
    release();
    await response.text();
    await stopped;
  });

  it('tells whoever waits still when the time is over, and that another try is worth while', async () => {
    const begun = new Promise<void>((resolve) => {
      gateway.voice.speak = (_request, signal) => {
        resolve();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AbortedError(signal.reason))));
      };
    });
    const answer = postJson(`${gateway.url}/v1/audio/speech`, wanted);
    await begun;
    await stopGateway(gateway.application, { graceMilliseconds: 10 });
    expect(await answer).toMatchObject({ status: 503, json: { error: { code: 'stopping' } } });
    expect((await answer).headers.get('x-should-retry')).toBeNull();
  });

  it('ends no events as if they were whole, for a client that reads slowly either', async () => {
    const givenUp = new Promise<void>((resolve) => {
      gateway.voice.speak = async (_request, signal) =>
        speech(
          (async function* () {
            for (let chunk = 0; chunk < 200; chunk += 1) yield Buffer.alloc(65_536);
            await new Promise((leave) => signal.addEventListener('abort', leave));
            resolve();
            throw new AbortedError(signal.reason);
          })(),
        );
    });
    const response = await fetch(`${gateway.url}/v1/agents/demo/turns`, {
      ...post,
      headers: { ...post.headers, accept: 'text/event-stream' },
      body: JSON.stringify({ text: 'say it', delivery: 'chunks' }),
    });
    const stopped = stopGateway(gateway.application, { graceMilliseconds: 1000 });
    await givenUp;
    const [events] = await Promise.all([response.text().catch(() => 'broken off'), stopped]);
    expect(events.slice(-300)).toMatch(/"code":"stopping".*\n\ndata: \[DONE\]\n\n$|^broken off$/);
  });

  it('refuses in the same way while its modules close', async () => {
    const released = new Promise<void>((resolve) => (release = resolve));
    const closing = new Promise<void>((resolve) => {
      jest.spyOn(gateway.application.get(MetricsServer, { strict: false }), 'onModuleDestroy').mockImplementation(() => {
        resolve();
        return released;
      });
    });
    const stopped = stopGateway(gateway.application, { graceMilliseconds: 0 });
    await closing;
    const answer = await answerOf(fetch(`${gateway.url}/v1/models`));
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'stopping' } } });
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    expect((await answerOf(fetch(`${gateway.url}/health/live`))).status).toBe(200);
    release();
    await stopped;
  });

  it('waits no longer than it may', async () => {
    let left: Promise<void> | undefined;
    const begun = new Promise<void>((resolve) => {
      gateway.voice.speak = (_request, signal) => {
        left = new Promise((leave) => signal.addEventListener('abort', () => leave()));
        resolve();
        return new Promise(() => undefined);
      };
    });
    const outcome = postJson(`${gateway.url}/v1/audio/speech`, wanted).then(
      () => 'answered',
      () => 'cut off',
    );
    await begun;
    await stopGateway(gateway.application, { graceMilliseconds: 10 });
    expect(await outcome).toBe('cut off');
    await left;
  });
});

describe('the HTTP server', () => {
  it('leaves to the hooks what is told while it closes', async () => {
    const server = fastify(serverOptions());
    let release: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const closing = new Promise<void>((resolve) => {
      server.addHook('preClose', () => {
        resolve();
        return released;
      });
    });
    server.addHook('onRequest', async (_request, reply) => reply.status(503).send('stopping'));
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const closed = server.close();
    await closing;
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([503, 'stopping']);
    release!();
    await closed;
  });
});
