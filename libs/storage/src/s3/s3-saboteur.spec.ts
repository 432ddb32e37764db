import { eventually } from '@parlance/testing';
import { Saboteur, type Sabotage } from './__fixtures__/saboteur.js';
import { S3ObjectStore } from './s3-object-store.js';

const audio = { contentType: 'audio/ogg' };
/** What every store says of an object. */
const MODIFIED = 'last-modified: Wed, 25 Nov 2026 12:00:00 GMT\r\n';
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const isBucket = (request: string) => /^(?:HEAD|PUT) \/bucket\/?[ ?]/.test(request);

describe('S3ObjectStore against broken servers', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function against(sabotage: Sabotage, deadlineMilliseconds = 300): Promise<{ saboteur: Saboteur; store: S3ObjectStore }> {
    const saboteur = await Saboteur.start(sabotage);
    const options = { region: 'us-east-1', bucket: 'bucket', accessKey: 'access', secretKey: 'secret', deadlineMilliseconds };
    const store = new S3ObjectStore({ endpoint: saboteur.endpoint, ...options });
    ends.push(
      () => store.close(),
      () => saboteur.stop(),
    );
    return { saboteur, store };
  }

  /** A server that has the bucket, and breaks on what is asked of it. */
  const onObjects =
    (sabotage: Sabotage): Sabotage =>
    (socket, request) => {
      if (isBucket(request)) socket.write(OK);
      else sabotage(socket, request);
    };

  const operations = (store: S3ObjectStore): [string, () => Promise<unknown>][] => [
    ['put', () => store.put('key', Buffer.alloc(500_000), audio)],
    ['get', async () => drain((await store.get('key')).chunks)],
    ['stat', () => store.stat('key')],
    ['delete', () => store.delete('key')],
    ['list', () => drain(store.list(''))],
  ];

  it.each<[string, Sabotage, string]>([
    ['never answers', () => undefined, 'timeout'],
    ['never answers about objects', onObjects(() => undefined), 'timeout'],
    ['begins an answer and stops', onObjects((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-le')), 'timeout'],
    [
      'stops before the body',
      onObjects((socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 10\r\n${MODIFIED}\r\n`)),
      'timeout|server',
    ],
    ['hangs up', (socket) => void socket.destroy(), 'unavailable'],
    ['hangs up on objects', onObjects((socket) => void socket.destroy()), 'unavailable'],
    ['talks nonsense', onObjects((socket) => void socket.end('nonsense\r\n\r\n')), 'unavailable'],
    [
      'has too much to do',
      onObjects((socket) => void socket.write('HTTP/1.1 503 Slow Down\r\ncontent-length: 5\r\n\r\nabcde')),
      'unavailable',
    ],
    ['is broken', onObjects((socket) => void socket.write('HTTP/1.1 500 Oops\r\ncontent-length: 900\r\n\r\nabcde')), 'unavailable'],
    [
      'fails with a good status',
      onObjects((socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: 8\r\n\r\n<Error/>`)),
      'unavailable',
    ],
    [
      'answers in another language',
      onObjects((socket) => void socket.end('HTTP/1.1 404 Gone\r\ncontent-length: 6\r\n\r\n<html>')),
      'not_found|server|unavailable',
    ],
  ])('every call ends with a typed error, and nothing stays open, when it %s', async (_what, sabotage, code) => {
    const printed = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    // On a busy machine what comes at once may take longer than what is waited for in vain.
    const { saboteur, store } = await against(sabotage, code.includes('timeout') ? 300 : 30_000);
    for (const [name, operation] of operations(store)) {
      const outcome = await operation().then(
        () => 'nothing wrong',
        (error: unknown) => error,
      );
      // Without a body to wait for there is nothing wrong with some of these answers.
      if (outcome !== 'nothing wrong')
        expect({ name, outcome }).toMatchObject({ outcome: { code: expect.stringMatching(`^(?:${code})$`) } });
      else expect(['stat', 'delete', 'list']).toContain(name);
    }
    store.close();
    await eventually(() => Promise.resolve(saboteur.connections === 0), 'A connection stayed open.');
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('a body that ends too early is an error, never a short object', async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ncontent-type: audio/ogg\r\n${MODIFIED}\r\n`;
    const { store } = await against(onObjects((socket) => void socket.end(`${head}half`)));
    await expect(drain((await store.get('key')).chunks)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('a body that nobody reads is given up', async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n${MODIFIED}\r\nsome`;
    const { saboteur, store } = await against(onObjects((socket) => void socket.write(head)));
    const { chunks } = await store.get('key');
    await eventually(() => Promise.resolve(saboteur.connections === 0), 'The connection stayed open.', 20_000);
    await expect(drain(chunks)).rejects.toMatchObject({ code: 'timeout' });
  });

  it('a caller who leaves a body early closes its connection', async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n${MODIFIED}\r\nsome`;
    const { saboteur, store } = await against(onObjects((socket) => void socket.write(head)));
    const iterator = (await store.get('key')).chunks[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    await eventually(() => Promise.resolve(saboteur.connections <= 1), 'The connection stayed open.');
    await expect(iterator.next()).resolves.toMatchObject({ done: true });
  });

  it('goes on after a kept connection was closed by the server', async () => {
    let answered = 0;
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nlast-modified: Wed, 25 Nov 2026 00:00:00 GMT\r\n\r\n';
    const { store } = await against((socket) => {
      answered += 1;
      // Every second request on one connection finds it closed.
      if (socket.bytesWritten > 0) socket.resetAndDestroy();
      else socket.write(head);
    });
    await store.stat('key');
    expect(await store.stat('key')).toMatchObject({ key: 'key', sizeBytes: 0 });
    expect(answered).toBeGreaterThan(3);
  });

  it.each([
    ['BucketAlreadyExists', 'permission', 'belongs to somebody else'],
    ['AccessDenied', 'permission', 'may not make it'],
    ['InvalidAccessKeyId', 'auth', 'S3_ACCESS_KEY'],
    ['TooManyBuckets', 'server', 'TooManyBuckets'],
  ])('says why it may not make its bucket: %s', async (s3Code, code, message) => {
    const xml = `<Error><Code>${s3Code}</Code><Message>secret words</Message></Error>`;
    const { store } = await against((socket, request) => {
      if (request.startsWith('HEAD')) socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      else socket.write(`HTTP/1.1 409 Conflict\r\ncontent-length: ${xml.length}\r\n\r\n${xml}`);
    });
    await expect(store.put('key', Buffer.from('x'), audio)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await expect(store.put('key', Buffer.from('x'), audio)).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
  });

  it.each([
    ['403 Forbidden', 'RequestTimeTooSkewed', 'auth', 'the clock'],
    ['403 Forbidden', 'SignatureDoesNotMatch', 'auth', 'S3_SECRET_KEY'],
    ['400 Bad Request', 'AuthorizationHeaderMalformed', 'auth', 'S3_REGION'],
    ['301 Moved Permanently', 'PermanentRedirect', 'server', 'S3_REGION'],
    ['403 Forbidden', 'AccessDenied', 'permission', 'the right'],
    ['403 Forbidden', 'a page of a proxy', 'permission', 'the right'],
  ])('says why it is refused, also where HEAD is: %s, %s', async (status, s3Code, code, message) => {
    const body = s3Code.includes(' ') ? `<html>${s3Code}</html>` : `<Error><Code>${s3Code}</Code><Message>secret words</Message></Error>`;
    const refuse: Sabotage = (socket, request) =>
      void socket.write(
        request.startsWith('HEAD') ? `HTTP/1.1 ${status}\r\n\r\n` : `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    for (const sabotage of [refuse, onObjects(refuse)]) {
      const { store } = await against(sabotage, 30_000);
      await expect(store.stat('key')).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    }
  });

  it('does not take an object for deleted where a page answers in place of the store', async () => {
    const { store } = await against((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    await expect(store.delete('key')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('S3_ENDPOINT') });
  });

  it('takes an object for deleted that is not there', async () => {
    const body = '<Error><Code>NoSuchKey</Code></Error>';
    const missing = `HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const { store } = await against(onObjects((socket) => void socket.write(missing)));
    await expect(store.delete('key')).resolves.toBeUndefined();
  });

  it('does not list the same page for ever', async () => {
    const body = '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>';
    const page = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    let pages = 0;
    const { store } = await against(
      onObjects((socket) => {
        pages += 1;
        // So that the test ends where it does not.
        if (pages > 3) socket.destroy();
        else socket.write(page);
      }),
    );
    await expect(drain(store.list('voice/'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(pages).toBe(1);
  });

  it('is refused by nobody listening', async () => {
    const { saboteur, store } = await against(() => undefined);
    const { endpoint } = saboteur;
    expect(endpoint).toContain('127.0.0.1');
    await saboteur.stop();
    ends.pop();
    await expect(store.stat('key')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') });
  });

  it.each([
    ['ftp://host', 'bucket', 'endpoint'],
    ['http://host/path', 'bucket', 'endpoint'],
    ['http://key:secret@host', 'bucket', 'endpoint'],
    ['host:9000', 'bucket', 'endpoint'],
    ['http://host', 'UPPER', 'bucket'],
    ['http://host', 'a', 'bucket'],
    ['http://host', 'a..b', 'bucket'],
  ])('refuses the endpoint %s with the bucket %s', (endpoint, bucket, param) => {
    const create = () => new S3ObjectStore({ endpoint, bucket, region: 'us-east-1', accessKey: 'a', secretKey: 'b' });
    expect(create).toThrow(expect.objectContaining({ code: 'invalid', param, message: expect.not.stringContaining('secret@') }));
  });
});

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) expect(chunk).toBeDefined();
}
