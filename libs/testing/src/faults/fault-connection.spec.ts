import { once } from 'node:events';
import { Agent, createServer as createHttpServer, get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '../conformance/check.js';
import { listening, PlainClient } from './__fixtures__/plain-client.js';
import { FaultProxy } from './fault-proxy.js';

/** Far longer than any test. */
const NEVER = 10_000_000;
/** Time enough for whatever could come to have come. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await nextTurn();
};

describe('a connection through FaultProxy', () => {
  it('holds a fast server back for a slow client', async () => {
    const total = 128 * 1_048_576;
    const piece = Buffer.alloc(1_048_576, 7);
    const server = createServer((socket) => {
      const write = () => {
        while (socket.bytesWritten + socket.writableLength < total && socket.write(piece)) continue;
      };
      socket.on('drain', write);
      socket.on('error', () => undefined);
      write();
      served = socket;
    });
    let served: Socket | undefined;
    const fast = await FaultProxy.start({ port: await listening(server) });
    const slow = connect(fast.port, '127.0.0.1');
    slow.pause();
    await eventually(async () => served?.writableNeedDrain === true, 'The server was never held back.');
    await settle();
    expect(served?.bytesWritten ?? total).toBeLessThan(total);
    let heard = 0;
    slow.on('data', (bytes: Buffer) => (heard += bytes.length));
    slow.resume();
    await eventually(async () => heard >= total, 'The rest did not come.', 30_000);
    slow.destroy();
    await fast.close();
    server.close();
    await once(server, 'close');
  });

  it('leaves nothing behind, whatever was under way', async () => {
    const resources = () => process.getActiveResourcesInfo().filter((name) => /^(?:TCP|Timeout)/.test(name));
    const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    const echoPort = await listening(echo);
    // Another file's client may have kept a connection in this process: it goes by itself, after a while.
    const isAlone = async () => resources().filter((name) => name.startsWith('TCP')).length === 1;
    await eventually(isAlone, 'Another test is not over.', 45_000);
    const before = resources();
    const modes: ((other: FaultProxy) => Promise<void>)[] = [
      (other) => other.pass(),
      (other) => other.blackHole(),
      (other) => other.delay(NEVER),
      (other) => other.throttle(0),
      (other) => other.cutAfter(NEVER),
      (other) => other.cutAfter(2),
      (other) => other.garble(),
    ];
    for (const set of modes) {
      const other = await FaultProxy.start(`http://127.0.0.1:${echoPort}/`);
      const visitors = [new PlainClient(other.port), new PlainClient(other.port)];
      await eventually(async () => other.open === 2, 'They did not come.');
      await set(other);
      for (const { socket } of visitors) socket.write('words');
      visitors.push(new PlainClient(other.port));
      await eventually(async () => other.connections === 3, 'It did not come.');
      await settle();
      await other.close();
      await other.close();
      for (const visitor of visitors) expect(await visitor.ends()).toBeDefined();
      expect(other.open).toBe(0);
      await other.pass();
      const late = new PlainClient(other.port);
      expect(await late.ends()).toBe('ECONNREFUSED');
    }
    await eventually(async () => resources().length <= before.length, 'Sockets or timers are left.');
    echo.close();
    await once(echo, 'close');
  });
});

describe('FaultProxy in front of an HTTP server', () => {
  const body = 'x'.repeat(50_000);
  const server = createHttpServer((request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(request.url === '/long' ? body : 'short');
  });
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await FaultProxy.start({ port: await listening(server) });
  });
  afterAll(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => proxy.pass());

  const ask = (path: string, agent?: Agent) =>
    new Promise<string>((resolve, reject) => {
      get(proxy.url + path, agent === undefined ? { agent: false } : { agent }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => resolve(Buffer.concat(pieces).toString()));
      }).on('error', reject);
    });

  it('passes requests over one connection that is kept', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    proxy.forget();
    for (let call = 0; call < 3; call++) expect(await ask('/long', agent)).toBe(body);
    expect(proxy.connections).toBe(1);
    agent.destroy();
  });

  it('breaks an answer off in its body, and lets the next try through', async () => {
    await proxy.cutAfter(10_000, { once: true });
    await expect(ask('/long')).rejects.toThrow(/aborted|ECONNRESET/);
    expect(await ask('/long')).toBe(body);
  });

  it('makes an answer that is no HTTP', async () => {
    await proxy.garble();
    await expect(ask('/short')).rejects.toThrow('Parse Error');
  });

  it('gives a small answer slowly, but whole', async () => {
    await proxy.throttle(20_000);
    expect(await ask('/short')).toBe('short');
  });
});
