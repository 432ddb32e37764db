import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { eventually } from '@parlance/testing';
import { RemoteFiles, type RemoteFilesOptions } from './remote-files.js';

type Route = (response: ServerResponse, request: IncomingMessage) => void;

const audio = { 'content-type': 'audio/ogg' };
const send =
  (head: Record<string, string | number>, body: string | Buffer = 'OggS', status = 200): Route =>
  (response) =>
    void response.writeHead(status, head).end(body);
const redirect = (location: string, status = 302): Route => send({ location }, '', status);
/** Bytes as they are, under the answer's head. */
const raw =
  (text: string): Route =>
  (response) =>
    void (response.socket as Socket).end(text);

/** Fault 30: links of callers. */
describe('RemoteFiles', () => {
  const routes = new Map<string, Route>();
  const asked: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let server: Server;
  let host: string;
  let files: RemoteFiles;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      (routes.get(request.url ?? '') ?? send({}, '', 404))(response, request);
    }).on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    routes.clear();
    asked.length = 0;
    files = open();
  });
  afterEach(() => eventually(() => Promise.resolve(sockets.size === 0), 'A connection stayed open.'));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const open = (options: RemoteFilesOptions = {}) => new RemoteFiles({ allowHttp: true, allowedHosts: [host], ...options });
  const get = (path: string, { from = files, maximumBytes = 1000, signal = new AbortController().signal } = {}) =>
    from.fetch(path.startsWith('/') ? `http://${host}${path}` : path, { maximumBytes, signal });
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    // Whoever reads a message or a log must not find the link there.
    const { message, cause } = error as Error;
    expect(`${message} ${String(cause)} ${(cause as Error | undefined)?.stack}`).not.toMatch(/127\.0\.0\.1|secret|inside\.example/);
    return error;
  };

  it('fetches a file, and takes nothing along', async () => {
    routes.set('/a.ogg?signature=secret', send({ ...audio, 'set-cookie': 'a=b' }));
    expect(await get('/a.ogg?signature=secret')).toEqual({ bytes: Buffer.from('OggS'), mediaType: 'audio/ogg' });
    expect(await get('/a.ogg?signature=secret')).toMatchObject({ mediaType: 'audio/ogg' });
    for (const { headers } of asked) {
      expect(headers).toMatchObject({ host, 'accept-encoding': 'identity' });
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('referer');
    }
  });

  it.each(['Audio/MPEG', 'video/mp4', 'video/webm; codecs=opus', 'application/ogg', 'application/octet-stream', 'binary/octet-stream'])(
    'takes %s',
    async (type) => {
      routes.set('/a', send({ 'content-type': type }));
      expect((await get('/a')).bytes.toString()).toBe('OggS');
    },
  );

  it('takes a file of which nothing is said', async () => {
    routes.set('/a', send({}));
    expect(await get('/a')).toMatchObject({ mediaType: 'application/octet-stream' });
  });

  it.each(['text/html', 'application/json', 'image/png', 'video/x-msvideo', 'audio', '', 'application/ogg2'])(
    'refuses %p',
    async (type) => {
      routes.set('/a', send({ 'content-type': type }));
      expect(await failure(get('/a'))).toMatchObject({ code: 'invalid', param: 'url', reason: 'url_unusable' });
    },
  );

  it.each([
    ['an empty file', send(audio, ''), 'invalid'],
    ['a compressed file', send({ ...audio, 'content-encoding': 'gzip' }), 'invalid'],
    ['a refusal', send(audio, 'no', 403), 'invalid'],
    ['a part', send(audio, 'no', 206), 'invalid'],
    ['a broken server', send(audio, 'no', 500), 'server'],
    ['a busy server', send(audio, 'no', 429), 'server'],
    ['no HTTP', raw('SSH-2.0-OpenSSH\r\n\r\n'), 'server'],
    ['a connection that breaks', raw('HTTP/1.1 200 OK\r\ncontent-type: audio/ogg\r\ncontent-length: 10\r\n\r\nOgg'), 'server'],
    ['endless headers', raw(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}\r\n`), 'server'],
  ])('says what is wrong with %s', async (_what, route, code) => {
    routes.set('/a', route);
    expect(await failure(get('/a'))).toMatchObject({ code, param: 'url' });
  });

  describe('leads nowhere inside', () => {
    const resolving = (...answers: string[][]): RemoteFiles => {
      const resolve = () => Promise.resolve(answers.length > 1 ? (answers.shift() ?? []) : (answers[0] ?? []));
      return open({ allowedHosts: [], resolve });
    };
    const refusal = { code: 'invalid', param: 'url', reason: 'url_not_allowed' };

    it.each(['127.0.0.1', '10.1.2.3', '[::1]', '169.254.169.254'])('as an address: %s', async (address) => {
      expect(await failure(get(`http://${address}/a`, { from: resolving(['1.1.1.1']) }))).toMatchObject(refusal);
    });

    it.each([
      ['loopback', ['127.0.0.1']],
      ['a private range', ['192.168.0.10']],
      ['IPv4 in IPv6', ['::ffff:10.0.0.1']],
      ['a metadata service', ['169.254.169.254']],
      ['something inside among what is public', ['1.1.1.1', '10.0.0.1']],
      ['nothing', []],
      ['no address', ['localhost']],
    ])('by a name that resolves to %s', async (_what, addresses) => {
      expect(await failure(get('http://inside.example/a', { from: resolving(addresses) }))).toMatchObject(refusal);
      expect(asked).toEqual([]);
    });

    it('by the name of this machine, as the system resolves it', async () => {
      const from = new RemoteFiles({ allowHttp: true });
      expect(await failure(get('http://localhost/secret', { from }))).toMatchObject(refusal);
    });

    it('and says the same of a name that nobody has', async () => {
      const unknown = open({ allowedHosts: [], resolve: () => Promise.reject(Object.assign(new Error('secret'), { code: 'ENOTFOUND' })) });
      const [one, other] = [
        await failure(get('http://inside.example/', { from: unknown })),
        await failure(get('http://inside.example/', { from: resolving(['10.0.0.1']) })),
      ];
      expect((one as Error).message).toBe((other as Error).message);
      const silent = open({ allowedHosts: [], resolve: () => Promise.reject(Object.assign(new Error('secret'), { code: 'EAI_AGAIN' })) });
      expect(await failure(get('http://inside.example/', { from: silent }))).toMatchObject({ code: 'server', retryable: true });
    });

    it.each([301, 302, 303, 307, 308])('by a redirect (%d)', async (status) => {
      for (const target of ['http://10.0.0.1/', 'http://localhost/', 'file:///etc/passwd', '//127.0.0.1:22/', 'http://2130706433/']) {
        routes.set('/a', redirect(target, status));
        expect(await failure(get('/a'))).toMatchObject(refusal);
      }
      expect(asked).toHaveLength(5);
    });

    it('by a redirect to a name that means something else the second time', async () => {
      // The name is asked for at every connection, and what it says then is what is connected to.
      const names: string[] = [];
      const answers = [['127.0.0.1'], ['127.0.0.1']];
      const port = host.split(':')[1];
      const from = open({
        allowedHosts: [`first.example:${port}`],
        resolve: async (name) => {
          names.push(name);
          return answers.shift() ?? [];
        },
      });
      routes.set('/a', redirect('http://second.example/b'));
      expect(await failure(get(`http://first.example:${port}/a`, { from }))).toMatchObject(refusal);
      expect(names).toEqual(['first.example', 'second.example']);
      expect(asked).toHaveLength(1);
    });

    it('from https to http', async () => {
      expect(await failure(get(`http://${host}/a`, { from: open({ allowHttp: false }) }))).toMatchObject(refusal);
    });
  });

  it('follows three redirects and no more', async () => {
    for (const number of [1, 2, 3]) routes.set(`/${number}`, redirect(`/${number + 1}`));
    routes.set('/4', send(audio));
    expect((await get('/1')).bytes.toString()).toBe('OggS');
    routes.set('/0', redirect('1'));
    expect(await failure(get('/0'))).toMatchObject({ code: 'invalid', reason: 'url_unusable' });
    asked.length = 0;
    routes.set('/loop', redirect('/loop'));
    expect(await failure(get('/loop'))).toMatchObject({ code: 'invalid', message: expect.stringContaining('redirects') });
    expect(asked).toHaveLength(4);
  });

  describe('ends', () => {
    const endless: Route = (response) => {
      response.writeHead(200, audio);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const trickle: Route = (response) => {
      response.writeHead(200, audio);
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    };

    it('a body that has no end', async () => {
      routes.set('/a', endless);
      expect(await failure(get('/a', { maximumBytes: 100_000 }))).toMatchObject({ code: 'too_large', param: 'url' });
    });

    it('a body that announces too much, before it comes', async () => {
      routes.set('/a', (response) => void response.writeHead(200, { ...audio, 'content-length': 1001 }).write('x'));
      expect(await failure(get('/a'))).toMatchObject({ code: 'too_large' });
    });

    it.each([
      ['too little', 'content-length: 4\r\n\r\nOggS and more than that'],
      ['no number', 'content-length: four\r\n\r\nOggS'],
      ['two numbers', 'content-length: 4\r\ncontent-length: 2000\r\n\r\nOggS'],
    ])('a body that announces %s', async (_what, rest) => {
      routes.set('/a', raw(`HTTP/1.1 200 OK\r\ncontent-type: audio/ogg\r\n${rest}`));
      const outcome = await get('/a', { maximumBytes: 10 }).then(
        ({ bytes }) => bytes.toString(),
        (error: { code: string }) => error.code,
      );
      expect(['OggS', 'server']).toContain(outcome);
    });

    it('as many bytes as are allowed are not too many', async () => {
      routes.set('/a', send(audio, Buffer.alloc(1000)));
      expect((await get('/a')).bytes).toHaveLength(1000);
    });

    it.each([
      ['that never begins', (() => undefined) satisfies Route, { firstByteMilliseconds: 100 }],
      ['that stops', ((response) => void response.writeHead(200, audio).write('x')) satisfies Route, { idleMilliseconds: 100 }],
      ['that comes byte by byte', trickle, { totalMilliseconds: 300 }],
    ])('an answer %s', async (_what, route, limits) => {
      routes.set('/a', route);
      expect(await failure(get('/a', { from: open(limits) }))).toMatchObject({ code: 'timeout', param: 'url' });
    });

    it('a resolver that is silent', async () => {
      const from = open({ allowedHosts: [], resolve: () => new Promise(() => undefined), totalMilliseconds: 100 });
      expect(await failure(get('http://inside.example/', { from }))).toMatchObject({ code: 'timeout' });
    });

    it('for a caller who leaves, before and in the middle', async () => {
      expect(await failure(get('/a', { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' });
      expect(asked).toEqual([]);
      routes.set('/a', trickle);
      const controller = new AbortController();
      const fetching = failure(get('/a', { signal: controller.signal }));
      await eventually(() => Promise.resolve(asked.length === 1), 'Nobody was asked.');
      controller.abort();
      expect(await fetching).toMatchObject({ code: 'aborted' });
    });

    it('where nobody listens', async () => {
      expect(await failure(get('http://127.0.0.1:1/secret', { from: open({ allowedHosts: ['127.0.0.1'] }) }))).toMatchObject({
        code: 'server',
      });
    });
  });
});
