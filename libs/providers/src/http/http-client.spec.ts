import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createConnectionServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ParlanceError } from '@parlance/contracts';
import { BytesElsewhere } from '@parlance/testing';
import type { Dispatcher, Pool } from 'undici';
import { ConnectionPools } from './connection-pools.js';
import { HttpClient } from './http-client.js';
import { UploadForm } from './upload-form.js';

/** More than the system keeps of a connection that nobody reads. */
const LARGE = 20_000_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('HttpClient', () => {
  let server: Server;
  let received: Buffer;
  const pools = new ConnectionPools();
  beforeAll(async () => {
    server = createServer((request, response) => {
      takeSlowly(request).then(
        (body) => {
          received = body;
          response.end();
        },
        () => undefined,
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    await pools.close();
    server.close();
    await once(server, 'close');
  });

  const post = async (body: BytesElsewhere | UploadForm): Promise<void> => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const answer = await new HttpClient('test', pools).send({ method: 'POST', url, body }, new AbortController().signal);
    await answer.bytes();
  };

  it.each([1000, 65_535, 65_536, 262_144])(
    'sends pieces of %d bytes as they were, though the next are read into the same room',
    async (size) => {
      const bytes = randomBytes(LARGE);
      await post(new BytesElsewhere(bytes, size));
      expect([received.length, sha256(received)]).toEqual([LARGE, sha256(bytes)]);
      const form = new UploadForm();
      form.append('model', 'whisper-1');
      form.setFile('file', new BytesElsewhere(bytes, size), 'a.wav', 'audio/wav');
      await post(form);
      const start = received.indexOf(bytes.subarray(0, 100));
      expect(sha256(received.subarray(start, start + LARGE))).toBe(sha256(bytes));
    },
  );

  it.each([
    [800, 1299],
    [0, 0],
  ])('has undici wait long enough that a limit of %d ms does not end early', async (milliseconds, waited) => {
    const limits = { firstByteMilliseconds: milliseconds, idleMilliseconds: milliseconds };
    const asked: Dispatcher.DispatchOptions[] = [];
    const dispatch = (options: Dispatcher.DispatchOptions) => {
      asked.push(options);
      throw new Error('It goes nowhere.');
    };
    const nowhere = new ConnectionPools();
    jest.spyOn(nowhere, 'of').mockReturnValueOnce({ dispatch } as unknown as Pool);
    const request = { method: 'GET', url: 'http://127.0.0.1/' } as const;
    await expect(new HttpClient('test', nowhere, limits).send(request, new AbortController().signal)).rejects.toThrow(ParlanceError);
    expect(asked).toMatchObject([{ headersTimeout: waited, bodyTimeout: waited }]);
  });

  it('blames nobody else for a body that cannot be read', async () => {
    const broken = once(server, 'request').then(([request]) => once(request as IncomingMessage, 'error'));
    await expect(post(new Unreadable(new Uint8Array(300_000)))).rejects.toMatchObject({ code: 'unavailable', reason: 'upload_not_kept' });
    await broken;
    expect(pools.statistics()).toMatchObject([{ failures: 0 }]);
  });
});

describe('an answer that ends with its connection', () => {
  it.each(['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nconnection: close\r\n', 'HTTP/1.0 200 OK\r\n'])(
    'is not whole where the connection is reset (%j)',
    async (head) => {
      let reset = (): void => undefined;
      const server = createConnectionServer((socket) => {
        reset = () => void socket.resetAndDestroy();
        socket.on('error', () => undefined).once('data', () => socket.write(`${head}\r\nthe beginning`));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const pools = new ConnectionPools();
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        const answer = await new HttpClient('test', pools).send({ method: 'GET', url }, new AbortController().signal);
        const parts = answer.body[Symbol.asyncIterator]();
        expect(Buffer.from((await parts.next()).value as Uint8Array).toString()).toBe('the beginning');
        reset();
        await expect(parts.next()).rejects.toMatchObject({ code: 'timeout', message: 'The connection to test broke. Try again.' });
      } finally {
        await pools.close();
        server.close();
        await once(server, 'close');
      }
    },
  );
});

/** As a file is from which nothing can be read any more. */
class Unreadable extends BytesElsewhere {
  override async *pieces(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(100_000);
    throw new ParlanceError('unavailable', 'It cannot be read.', { reason: 'upload_not_kept' });
  }
}

/** Begins when the sender has had to wait, and goes on by little. */
async function takeSlowly(request: IncomingMessage): Promise<Buffer> {
  await sleep(100);
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    if (chunks.length % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return Buffer.concat(chunks);
}
