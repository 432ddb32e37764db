import { eventually, StandIn } from '@parlance/testing';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ConnectionPools } from './connection-pools.js';
import { HttpClient, readText } from './http-client.js';

describe('the span of a call to a vendor', () => {
  const standIn = new StandIn(({ path }) => ({ status: path === '/bad' ? 429 : 200, headers: {}, body: '[]' }));
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(async () => {
    provider.register();
    await standIn.start();
  });
  afterEach(() => {
    standIn.reset();
    exporter.reset();
  });
  afterAll(async () => {
    await provider.shutdown();
    await standIn.close();
  });

  async function call(url: string, { traceContext = false, isTraced = true, signal = new AbortController().signal } = {}): Promise<void> {
    const pools = new ConnectionPools({ traceContext });
    const http = new HttpClient('vendor', pools);
    const send = async () => {
      await readText(await http.send({ method: 'POST', url, headers: { 'x-own': 'own' }, body: '{}' }, signal));
    };
    try {
      if (!isTraced) return await send();
      await trace.getTracer('test').startActiveSpan('attempt', (span) => send().finally(() => span.end()));
    } finally {
      await pools.close();
    }
  }

  it('names the server, and nothing else of the address', async () => {
    await call(`${standIn.url}/v1/speech?key=secret`);
    const { port } = new URL(standIn.url);
    const [sent, attempt] = exporter.getFinishedSpans();
    expect(sent).toMatchObject({ name: 'POST', parentSpanContext: { spanId: attempt?.spanContext().spanId } });
    expect(sent?.attributes).toEqual({
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': Number(port),
      'http.response.status_code': 200,
    });
  });

  it('says how it failed', async () => {
    await call(`${standIn.url}/bad`);
    await expect(call('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'timeout' });
    const failed = exporter.getFinishedSpans().filter(({ name }) => name === 'POST');
    expect(failed.map(({ attributes, status }) => [attributes['error.type'], status])).toEqual([
      ['429', { code: SpanStatusCode.ERROR }],
      ['timeout', { code: SpanStatusCode.ERROR }],
    ]);
  });

  it('has not failed where its caller leaves', async () => {
    standIn.fail({ kind: 'hang' });
    const leaving = new AbortController();
    const left = call(standIn.url, { signal: leaving.signal });
    await eventually(async () => standIn.calls.length === 1, 'The call did not come.');
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    const sent = exporter.getFinishedSpans().find(({ name }) => name === 'POST');
    expect([sent?.attributes['error.type'], sent?.status]).toEqual(['aborted', { code: SpanStatusCode.UNSET }]);
  });

  it('is not there for what belongs to nothing', async () => {
    await call(standIn.url, { isTraced: false, traceContext: true });
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(standIn.calls[0]?.headers).not.toHaveProperty('traceparent');
  });

  it('is told to the vendor only where that is allowed', async () => {
    await call(standIn.url);
    await call(standIn.url, { traceContext: true });
    const [untold, told] = standIn.calls.map(({ headers }) => headers);
    expect(untold).not.toHaveProperty('traceparent');
    const { traceId, spanId } = exporter
      .getFinishedSpans()
      .findLast(({ name }) => name === 'POST')!
      .spanContext();
    expect(told).toMatchObject({ 'x-own': 'own', traceparent: `00-${traceId}-${spanId}-01` });
  });
});
