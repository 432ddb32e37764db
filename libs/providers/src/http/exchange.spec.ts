import { createServer, type RequestListener, type Server } from 'node:http';
import { getEventListeners, once } from 'node:events';
import { createServer as createConnectionServer, type AddressInfo, type Socket } from 'node:net';
import { Pool } from 'undici';
import { exchange, type Answer } from './exchange.js';

const MEGABYTE = 1024 * 1024;

describe('exchange', () => {
  const open: { server: Server; pool: Pool }[] = [];

  afterEach(async () => {
    for (const { server, pool } of open.splice(0)) {
      await pool.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  /** A server, and a way to ask it. One connection: a second request waits for the first. */
  async function serving(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
    open.push({ server, pool });
    const ask = async (signal = new AbortController().signal): Promise<Answer> =>
      exchange(pool, { method: 'POST', path: '/', body: 'asked' }, signal, (cause) => new Error('broken off', { cause }));
    return { ask, server };
  }

  const read = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  it('gives status, headers and the bytes as they come', async () => {
    const { ask } = await serving((_, response) => {
      response.writeHead(201, { 'content-type': 'audio/mpeg' });
      response.write('one ');
      setImmediate(() => response.end('two'));
    });
    const { statusCode, headers, body } = await ask();
    expect([statusCode, headers['content-type'], await read(body)]).toEqual([201, 'audio/mpeg', 'one two']);
  });

  it('gives all bytes at once', async () => {
    const { ask } = await serving((_, response) => response.end('a whole'));
    const { body } = await ask();
    expect(Buffer.from(await body.bytes()).toString()).toBe('a whole');
  });

  it('has no bytes where there are none', async () => {
    const { ask } = await serving((_, response) => response.end());
    expect((await (await ask()).body.bytes()).byteLength).toBe(0);
    expect(await read((await ask()).body)).toBe('');
  });

  it('waits for the answer behind what announces it', async () => {
    const { ask } = await serving((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('the answer'));
    });
    const { statusCode, body } = await ask();
    expect([statusCode, await read(body)]).toEqual([200, 'the answer']);
  });

  it('has the other side wait for a slow reader, and loses nothing', async () => {
    let written = 0;
    const { ask } = await serving((_, response) => {
      const write = () => {
        while (written < 64 * MEGABYTE) {
          written += MEGABYTE;
          if (!response.write(Buffer.alloc(MEGABYTE, written / MEGABYTE))) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const { body } = await ask();
    const first = await body.next();
    // The kernel's buffers take some; all of it is more than they can.
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(64 * MEGABYTE);
    let size = first.value?.byteLength ?? 0;
    for await (const part of body) size += part.byteLength;
    expect(size).toBe(64 * MEGABYTE);
  });

  it('takes all of a long answer whose reader wants it at once', async () => {
    const { ask } = await serving((_, response) => response.end(Buffer.alloc(5 * MEGABYTE, 7)));
    const { body } = await ask();
    // It is more than is held for a reader who takes one part after the other.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await body.bytes()).byteLength).toBe(5 * MEGABYTE);
  });

  it('gives what came before it breaks off, and then says so', async () => {
    const { ask } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('the beginning');
      setTimeout(() => response.destroy(), 50);
    });
    const { body } = await ask();
    expect(Buffer.from((await body.next()).value!).toString()).toBe('the beginning');
    await expect(body.next()).rejects.toThrow('broken off');
  });

  it('says so too where all was wanted at once', async () => {
    const { ask } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('the beginning');
      setTimeout(() => response.destroy(), 50);
    });
    await expect((await ask()).body.bytes()).rejects.toThrow('broken off');
  });

  it('ends the connection where the reader leaves early', async () => {
    const { ask, server } = await serving((_, response) => response.write('without end'));
    const left = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', () => resolve('closed'))));
    for await (const _part of (await ask()).body) break;
    expect(await left).toBe('closed');
  });

  it('ends a request that is given up before its answer', async () => {
    const { ask, server } = await serving(() => undefined);
    const asked = once(server, 'request');
    const controller = new AbortController();
    const answer = ask(controller.signal);
    await asked;
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });

  it('ends an answer that is given up', async () => {
    const { ask } = await serving((_, response) => response.write('without end'));
    const controller = new AbortController();
    const { body } = await ask(controller.signal);
    await body.next();
    controller.abort(new Error('enough'));
    await expect(body.next()).rejects.toMatchObject({ message: 'broken off', cause: { message: 'enough' } });
  });

  it.each([
    ['part by part', async ({ body }: Answer) => body.next()],
    ['at once', async ({ body }: Answer) => body.bytes()],
  ])('gives nothing more of an answer that is given up once all of it has come, read %s', async (_, readOn) => {
    const { ask } = await serving((_request, response) => response.end('all of it'));
    const controller = new AbortController();
    const answer = await ask(controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort(new Error('enough'));
    await expect(readOn(answer)).rejects.toMatchObject({ message: 'broken off', cause: { message: 'enough' } });
  });

  it.each([
    ['to its end', async ({ body }: Answer) => read(body)],
    ['at once', async ({ body }: Answer) => body.bytes()],
    ['and left', async ({ body }: Answer) => body.return()],
  ])('leaves nothing with the signal of an answer that was read %s', async (_, readOn) => {
    const { ask } = await serving((_request, response) => response.end('all of it'));
    const { signal } = new AbortController();
    const answer = await ask(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await readOn(answer);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('never sends what is given up while it waits for a connection', async () => {
    let asked = 0;
    const { ask } = await serving((_, response) => {
      asked++;
      setTimeout(() => response.end('first'), 50);
    });
    const first = ask();
    const controller = new AbortController();
    const second = ask(controller.signal);
    controller.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    expect([await read((await first).body), asked]).toEqual(['first', 1]);
  });

  it('tells of a server that cannot be reached', async () => {
    const { ask, server } = await serving(() => undefined);
    server.close();
    await once(server, 'close');
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('rejects what cannot be sent', async () => {
    const { pool } = (await serving(() => undefined), open.at(-1)!);
    const { signal } = new AbortController();
    const options = { method: 'GET' as const, path: 'no path' };
    await expect(exchange(pool, options, signal, () => new Error('broken off'))).rejects.toThrow('path');
  });
});

describe('an answer that ends with its connection', () => {
  const LENGTH = 300_000;

  /** Asks a server that does this to whoever asks, and reads when the connection is gone. @returns how many bytes come before it ends, or fails */
  async function readSlowly(serve: (socket: Socket) => void): Promise<{ length: number; failure?: unknown }> {
    let closed: Promise<unknown> = Promise.resolve();
    const server = createConnectionServer((socket) => {
      closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined).once('data', () => serve(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    let length = 0;
    try {
      const { signal } = new AbortController();
      const { body } = await exchange(pool, { method: 'GET', path: '/' }, signal, (cause) => new Error('broken off', { cause }));
      await closed;
      for await (const part of body) length += part.byteLength;
      return { length };
    } catch (failure) {
      return { length, failure };
    } finally {
      await pool.destroy();
      server.close();
      await once(server, 'close');
    }
  }

  it.each(['connection: close\r\n', '', `content-length: ${LENGTH}\r\nconnection: close\r\n`])(
    'is read to its end, however slowly (%j)',
    async (headers) => {
      const read = await readSlowly((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`);
        socket.end(Buffer.alloc(LENGTH));
      });
      expect(read).toEqual({ length: LENGTH });
    },
  );

  it('of which a part is missing fails for its reader, and for nobody else', async () => {
    const { length, failure } = await readSlowly((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${LENGTH}\r\nconnection: close\r\n\r\n`);
      socket.end(Buffer.alloc(LENGTH - 1));
    });
    expect([length, failure]).toEqual([LENGTH - 1, new Error('broken off')]);
  });

  it('is given up when far more of it comes than is read', async () => {
    const { failure } = await readSlowly((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.end(Buffer.alloc(70 * MEGABYTE));
    });
    expect(failure).toEqual(new Error('broken off'));
  });
});
