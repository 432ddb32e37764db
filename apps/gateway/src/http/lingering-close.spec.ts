import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { closeAfterRequest } from './lingering-close.js';

/** More than the system keeps of what nobody reads. */
const LONG = 'x'.repeat(8_000_000);

const form = 'content-type: multipart/form-data; boundary=b\r\n';
const head = (path: string, headers: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\n${headers}content-length: ${length}\r\n\r\n`;

/** Sends everything before it reads anything. @returns what it was answered */
async function sendFirst(socket: Socket, text: string): Promise<string> {
  const broken = once(socket, 'close');
  socket.on('error', () => undefined).pause();
  for (let at = 0; at < text.length && !socket.destroyed; at += 200_000) {
    await Promise.race([broken, new Promise((written) => socket.write(text.slice(at, at + 200_000), written))]);
  }
  let heard = '';
  socket.on('data', (data) => (heard += data.toString())).resume();
  if (!socket.destroyed) await broken;
  return heard;
}

describe('a client whose request is answered before all of it has come', () => {
  let gateway: FakeGateway;
  beforeEach(async () => {
    gateway = await startFakeGateway();
  });
  afterEach(() => gateway.close());
  const client = () => connect(Number(new URL(gateway.url).port), '127.0.0.1');

  it.each([
    [
      'a form with a wrong part',
      400,
      '/v1/audio/transcriptions',
      `connection: close\r\n${form}`,
      '--b\r\ncontent-disposition: form-data; name="other"; filename="a"\r\n\r\n',
    ],
    ['a recording that is too large', 413, '/v1/voice/transcribe', 'connection: close\r\ncontent-type: audio/ogg\r\n', LONG.repeat(4)],
    ['JSON that is too long', 413, '/v1/audio/speech', 'content-type: application/json\r\n', ''],
    ['another type than the route takes', 415, '/v1/audio/speech', 'connection: close\r\ncontent-type: text/plain\r\n', ''],
    ['a route that is not there', 404, '/v1/nowhere', 'connection: close\r\ncontent-type: audio/ogg\r\n', ''],
  ])('is told why, though it reads late: %s', async (_what, status, path, headers, begin) => {
    const body = begin + LONG;
    const heard = await sendFirst(client(), head(path, headers, body.length) + body);
    expect(heard).toMatch(new RegExp(String.raw`^HTTP/1\.1 ${status} [\s\S]*"error":\{"message"[\s\S]*\}$`));
  });

  it('asks for nothing more over the same connection', async () => {
    const body = JSON.stringify({ input: 'Hello.', model: 'tts-1', voice: 'alloy' });
    const next = head('/v1/audio/speech', 'content-type: application/json\r\n', body.length) + body;
    const heard = await sendFirst(client(), head('/v1/audio/speech', 'content-type: application/json\r\n', LONG.length) + LONG + next);
    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
    expect(gateway.voice.spoken).toEqual([]);
  });

  it('holds up no end of the process', async () => {
    const socket = client().on('error', () => undefined);
    socket.write(head('/v1/audio/speech', 'content-type: application/json\r\n', LONG.length));
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await gateway.application.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

describe('closeAfterRequest', () => {
  it.each([
    ['says nothing more', { pause: 20 }, 0],
    ['goes on for too long', { total: 200 }, 1000],
    ['sends too much', {}, 10_000_000],
  ])('closes the connection of who %s', async (_what, bound, bytes) => {
    const server = createServer((request, response) => {
      response.shouldKeepAlive = false;
      response.end('No.');
      response.once('close', () => closeAfterRequest(request, { total: 600_000, pause: 600_000, ...bound }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).resume();
    socket.write(head('/', '', 1e9));
    const goesOn = setInterval(() => socket.write('x'.repeat(bytes)), 5);
    await once(socket, 'end');
    // It has closed when its only connection has.
    server.close();
    await once(server, 'close');
    clearInterval(goesOn);
    expect(server.listening).toBe(false);
    socket.destroy();
  });
});
