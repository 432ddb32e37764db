import { connect, type Socket } from 'node:net';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { FakeVoice, speech } from '../__fixtures__/fake-voice.js';

/** A client that says what it is told to, and hears all until the connection is closed. */
class Client {
  readonly closed: Promise<string>;
  private readonly socket: Socket;

  constructor({ url }: FakeGateway) {
    this.socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.closed = new Promise((resolve) => {
      let heard = '';
      this.socket.setEncoding('utf8').on('data', (data: string) => (heard += data));
      this.socket.on('error', () => undefined).on('close', () => resolve(heard));
    });
  }

  say(text: string): void {
    this.socket.write(text);
  }

  /** One character after the other, with a pause between them, until the connection is closed. */
  async trickle(text: string, milliseconds: number): Promise<string> {
    let next = 0;
    const timer = setInterval(() => this.socket.write(text[next++ % text.length] ?? ''), milliseconds);
    const heard = await this.closed;
    clearInterval(timer);
    return heard;
  }
}

const json = 'content-type: application/json\r\n';
const body = JSON.stringify({ input: 'Hello.', model: 'tts-1', voice: 'alloy' });
const head = (path: string, type: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${type}content-length: ${length}\r\n\r\n`;

describe('slow clients', () => {
  let gateway: FakeGateway;
  /** For clients that are served: a pause that the machine makes before it reads their headers is none of theirs. */
  let patient: FakeGateway;
  const times = { headers: 400, check: 50, stall: 400 };
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_MAX_CONNECTIONS: '20' }, new FakeVoice(), times);
    patient = await startFakeGateway({}, gateway.voice, { ...times, headers: 20_000 });
  });
  afterAll(() => Promise.all([gateway.close(), patient.close()]));
  beforeEach(() => gateway.voice.reset());

  it('that send one byte of their headers after the other are cut off', async () => {
    const heard = await new Client(gateway).trickle('GET /v1/models HTTP/1.1\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 20);
    expect(heard).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"error":\{"message":"The request came in too slowly\."/);
  });

  it.each([
    ['/v1/audio/speech', json, '{"input": '],
    ['/v1/voice/transcribe', 'content-type: audio/ogg\r\n', 'sound'],
    [
      '/v1/voice/transcribe',
      'content-type: multipart/form-data; boundary=b\r\n',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nso',
    ],
    ['/v1/nowhere', json, '{'],
  ])('whose body for %s stalls are cut off, and nothing is done for them', async (path, type, begun) => {
    const client = new Client(gateway);
    client.say(head(path, type, 5000) + begun);
    const heard = await client.closed;
    // A route that is not there has answered already.
    expect(heard).toMatch(path === '/v1/nowhere' ? /^(?:HTTP\/1\.1 4|$)/ : /^HTTP\/1\.1 408 [\s\S]*too slowly/);
    expect([...gateway.voice.spoken, ...gateway.voice.heard]).toEqual([]);
  });

  it('whose body comes slowly but steadily are served', async () => {
    // A pause that the machine makes must not be one that is too long; all together is longer than that.
    const steady = await startFakeGateway({}, gateway.voice, { headers: 20_000, check: 50, stall: 3000 });
    const client = new Client(steady);
    client.say(head('/v1/audio/speech', json, body.length));
    const heard = await client.trickle(body, 70);
    await steady.close();
    expect(heard).toMatch(/^HTTP\/1\.1 200 [\s\S]*one [\s\S]*three/);
  });

  it('do not include those who wait for a slow answer', async () => {
    gateway.voice.speak = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3 * times.stall));
      return speech(
        (async function* () {
          yield Buffer.from('at last');
        })(),
      );
    };
    const client = new Client(patient);
    client.say(head('/v1/audio/speech', json, body.length) + body);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*at last/);
  });

  it('may be only so many at a time', async () => {
    const clients = Array.from({ length: 40 }, () => new Client(gateway));
    const closed = await Promise.all(clients.map(({ closed: heard }) => heard));
    // Those beyond the limit are closed without a word, the others when they have said nothing for too long.
    expect(closed.filter((heard) => heard === '').length).toBeGreaterThanOrEqual(20);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });

  it('are not heard at endless length', async () => {
    const client = new Client(patient);
    client.say(`GET /health/live HTTP/1.1\r\nhost: a\r\nx-long: ${'a'.repeat(17_000)}\r\n\r\n`);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 431 [\s\S]*"error":\{"message"/);
  });
});
