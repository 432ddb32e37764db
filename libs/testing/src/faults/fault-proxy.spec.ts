import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '../conformance/check.js';
import { listening, PlainClient } from './__fixtures__/plain-client.js';
import { FaultProxy } from './fault-proxy.js';

/** Far longer than any test: what comes in spite of it has not waited. */
const NEVER = 10_000_000;
/** Time enough for whatever could come to have come. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await nextTurn();
};

describe('FaultProxy', () => {
  /** Says back what it hears. */
  let echo: Server;
  let echoed: Socket[] = [];
  let proxy: FaultProxy;
  const clients: PlainClient[] = [];
  const client = () => {
    const made = new PlainClient(proxy.port);
    clients.push(made);
    return made;
  };
  /** One that has been answered. */
  const talking = async (word = 'hello') => {
    const made = client();
    made.socket.write(word);
    await made.hears(word.length);
    return made;
  };

  beforeEach(async () => {
    echoed = [];
    echo = createServer({ allowHalfOpen: true }, (socket) => {
      echoed.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    proxy = await FaultProxy.start({ port: await listening(echo) });
  });
  afterEach(async () => {
    await proxy.close();
    for (const { socket } of clients.splice(0)) socket.destroy();
    for (const socket of echoed) socket.destroy();
    echo.close();
    await once(echo, 'close');
  });

  it('passes both ways, and an end without the other', async () => {
    const one = await talking();
    one.socket.end('more');
    expect(await one.hears(9)).toBe('hellomore');
    expect(await one.ends()).toBe('end');
    await eventually(async () => proxy.open === 0, 'It is still open.');
  });

  it('counts connections, and forgets', async () => {
    const one = await talking();
    await talking();
    expect([proxy.connections, proxy.open]).toEqual([2, 2]);
    one.socket.destroy();
    await eventually(async () => proxy.open === 1, 'A client who left still counts.');
    proxy.forget();
    await talking();
    expect([proxy.connections, proxy.open]).toEqual([1, 2]);
  });

  it('refuses, and listens again at the same port', async () => {
    const before = await talking();
    const { port, url } = proxy;
    await proxy.refuse();
    expect(await before.ends()).toBe('ECONNRESET');
    expect(await client().ends()).toBe('ECONNREFUSED');
    await proxy.refuse();
    await proxy.pass();
    expect([proxy.port, proxy.url]).toEqual([port, url]);
    await talking();
  });

  it('comes to the last of the modes when they are set one on top of the other', async () => {
    await Promise.all([proxy.refuse(), proxy.pass(), proxy.refuse()]);
    expect(await client().ends()).toBe('ECONNREFUSED');
    await Promise.all([proxy.pass(), proxy.refuse(), proxy.pass()]);
    await talking();
  });

  it('resets connections that are there, and new ones', async () => {
    const before = await talking();
    await proxy.reset();
    expect(await before.ends()).toBe('ECONNRESET');
    expect(await client().ends()).toBe('ECONNRESET');
    await eventually(async () => echoed.every(({ destroyed }) => destroyed), 'The server was not told.');
    expect(echoed).toHaveLength(1);
  });

  it('is a black hole: connections stall and go on, new ones are accepted and never answered', async () => {
    const before = await talking('a');
    await proxy.blackHole();
    before.socket.write('b');
    echoed[0]?.write('c');
    const during = client();
    during.socket.write(Buffer.alloc(8_000_000));
    await eventually(async () => during.socket.bytesWritten === 8_000_000 && during.socket.writableLength === 0, 'It does not read.');
    await settle();
    expect([before.heard.toString(), during.heard.length, echoed.length, during.end]).toEqual(['a', 0, 1, undefined]);
    await proxy.pass();
    await eventually(async () => before.heard.length === 3, 'It did not go on.');
    expect(before.heard.toString()).toMatch(/^a(?:bc|cb)$/);
    expect(await during.ends()).toBe('ECONNRESET');
  });

  it('lets clients leave a black hole', async () => {
    const before = await talking();
    await proxy.blackHole();
    const during = client();
    await eventually(async () => proxy.open === 2, 'It was not accepted.');
    before.socket.destroy();
    during.socket.destroy();
    await eventually(async () => proxy.open === 0, 'They are still there.');
    expect([before.heard.length, during.heard.length]).toEqual([5, 0]);
  });

  it('delays answers, and gives them at once when it passes again', async () => {
    await proxy.delay(20);
    await talking();
    await proxy.delay(NEVER);
    const late = client();
    late.socket.end('late');
    await eventually(async () => echoed.at(-1)?.bytesRead === 4, 'The request is delayed.');
    await settle();
    expect([late.heard.length, late.end]).toEqual([0, undefined]);
    await proxy.pass();
    expect(await late.hears(4)).toBe('late');
    expect(await late.ends()).toBe('end');
  });

  it('throttles answers to a rate, and is done at once when it passes again', async () => {
    await proxy.throttle(1_000_000);
    await talking('x'.repeat(100_000));
    await proxy.throttle(1);
    const slow = client();
    slow.socket.write('slowly');
    await eventually(async () => slow.heard.length > 0, 'Nothing came.');
    await settle();
    expect(slow.heard.length).toBeLessThan(6);
    await proxy.pass();
    expect(await slow.hears(6)).toBe('slowly');
  });

  it('cuts every connection after so many bytes of its answers', async () => {
    const before = await talking('before');
    await proxy.cutAfter(3);
    const [first, second] = [client(), client()];
    for (const { socket } of [first, second, before]) socket.write('abcdef');
    for (const one of [first, second, before]) expect(await one.ends()).toBe('ECONNRESET');
    expect([first, second, before].map(({ heard }) => heard.toString())).toEqual(['abc', 'abc', 'beforeabc']);
    await proxy.cutAfter(0);
    const none = client();
    none.socket.write('abcdef');
    expect(await none.ends()).toBe('ECONNRESET');
    expect(none.heard).toHaveLength(0);
  });

  it('cuts one connection, and lets the next pass', async () => {
    await proxy.cutAfter(200_000, { once: true });
    const first = client();
    first.socket.write(Buffer.alloc(1_000_000, 1));
    expect(await first.ends()).toBe('ECONNRESET');
    expect(first.heard).toHaveLength(200_000);
    await talking('x'.repeat(300_000));
  });

  it('garbles answers and nothing else, from one moment to the other', async () => {
    const one = await talking('ab');
    await proxy.garble();
    one.socket.write('cd');
    const garbled = String.fromCharCode(...Buffer.from('cd').map((byte) => byte ^ 0xff));
    expect(await one.hears(4)).toBe(`ab${garbled}`);
    await proxy.pass();
    one.socket.write('ef');
    expect(await one.hears(6)).toBe(`ab${garbled}ef`);
  });

  it('tells a client of a target that is not there, or resets', async () => {
    const one = await talking();
    echoed[0]?.resetAndDestroy();
    expect(await one.ends()).toBe('ECONNRESET');
    const nobody = await FaultProxy.start(`http://127.0.0.1:${await freePort()}`);
    const other = new PlainClient(nobody.port);
    expect(await other.ends()).toBe('ECONNRESET');
    await nobody.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}
