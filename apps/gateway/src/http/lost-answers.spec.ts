import { connect } from 'node:net';
import { once } from 'node:events';
import { eventually } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { DrainService } from './drain.service.js';

const body = JSON.stringify({ input: 'Hello.', model: 'tts-1', voice: 'alloy' });
const request = `POST /v1/audio/speech HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('a client with several requests on one connection that leaves', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  it('ends all of them, also those that wait for the first', async () => {
    const signals: AbortSignal[] = [];
    gateway.voice.speak = async (_request, signal) => {
      signals.push(signal);
      await once(signal, 'abort');
      throw signal.reason;
    };
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').on('error', () => undefined);
    socket.write(request.repeat(5));
    await eventually(() => Promise.resolve(signals.length === 5), 'Not all of them have begun.');
    socket.resetAndDestroy();
    // Nothing stays open that a process which stops would wait for.
    await gateway.application.get(DrainService, { strict: false }).drain(new AbortController().signal);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true, true]);
  });
});
