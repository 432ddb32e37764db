import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TraceCollector } from '@parlance/testing';
import { context, propagation, trace } from '@opentelemetry/api';
import { Logger } from '@nestjs/common';
import { startTracing } from './start-tracing.js';
import { atMostEvery } from './tracing-sdk.js';

const VARIABLES = ['ENDPOINT', 'HEADERS'].map((name) => `OTEL_EXPORTER_OTLP_${name}`);

describe('the SDK', () => {
  let collector: TraceCollector;
  const warned: string[] = [];
  beforeAll(async () => {
    collector = await TraceCollector.start();
  });
  afterAll(() => collector.close());
  beforeEach(() => {
    warned.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warned.push(String(line)));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of [...VARIABLES, 'OTEL_SERVICE_NAME', 'OTEL_BSP_SCHEDULE_DELAY']) delete process.env[name];
    for (const part of [trace, context, propagation]) part.disable();
  });

  const span = () => trace.getTracer('parlance').startSpan('work').end();
  /** Nothing is sent before the end. */
  const start = async (environment: Readonly<Record<string, string>> = {}) => {
    Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '3600000', ...environment });
    return startTracing({ traced: true });
  };

  it('is not there where nothing is traced', async () => {
    const tracing = await startTracing({ traced: false });
    expect(trace.getTracer('parlance').startSpan('work').isRecording()).toBe(false);
    await tracing.stop(0);
  });

  it('sends what is left at the end, as its variables say', async () => {
    const tracing = await start({ OTEL_SERVICE_NAME: 'voices', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a-key' });
    // Secrets are taken out of the environment once they were read.
    delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
    span();
    expect(collector.spans).toEqual([]);
    await tracing.stop(60_000);
    expect(collector.spans).toMatchObject([
      { name: 'work', resource: { 'service.name': 'voices', 'service.version': expect.any(String) } },
    ]);
    expect(collector.headers['x-key']).toBe('a-key');
    expect(warned).toEqual([]);
  });

  it('passes on where a trace is, and nothing else that callers send along', async () => {
    const tracing = await start();
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate']);
    await tracing.stop(60_000);
  });

  it('says what is lost where the collector refuses it', async () => {
    const tracing = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/not-there` });
    span();
    await tracing.stop(60_000);
    expect(warned).toEqual(['The collector of traces does not take them: OTLPExporterError 404. They are lost.']);
  });

  it('waits no longer than it may for a collector that does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const asked = once(silent, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const tracing = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    span();
    await tracing.stop(0);
    expect(warned).toEqual(['The collector of traces does not take them: no answer in time. They are lost.']);
    const [, response] = await asked;
    response.writeHead(200, { connection: 'close' }).end('{}');
    await tracing.stop(60_000);
    silent.close();
  });
});

describe('atMostEvery', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('tells the first, and the first after each pause', () => {
    const told: number[] = [];
    const tell = atMostEvery(60_000, (value: number) => told.push(value));
    for (let second = 0; second < 150; second++) {
      tell(second);
      jest.advanceTimersByTime(1000);
    }
    expect(told).toEqual([0, 60, 120]);
  });

  it('tells again after a pause, also when the time of day was put back', () => {
    const told: string[] = [];
    const tell = atMostEvery(60_000, (value: string) => told.push(value));
    tell('one');
    jest.setSystemTime(Date.now() - 24 * 3_600_000);
    jest.advanceTimersByTime(60_000);
    tell('two');
    expect(told).toEqual(['one', 'two']);
  });
});
