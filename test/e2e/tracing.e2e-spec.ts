import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  documentedRows,
  eventually,
  OPENAI_KEY,
  startOpenaiStandIn,
  TraceCollector,
  type CollectedSpan,
  type StandIn,
} from '@parlance/testing';
import { speak, type SpeechWish } from '../chaos/support/ask.js';
import { GatewayProcess } from '../chaos/support/gateway-process.js';
import { AgentDirectory, send } from './support/agents.js';
import { privateWords } from './support/private-words.js';

const DEADLINE_MILLISECONDS = 60_000;
/** Kinds of spans, as OTLP has them. */
const SERVER = 2;
const CLIENT = 3;
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const TEXT = 'Nobody but the listener is to know these words.';

describe('tracing', () => {
  const agents = new AgentDirectory();
  let directory: string;
  let collector: TraceCollector;
  let vendors: { first: StandIn; second: StandIn };
  let environment: Readonly<Record<string, string>>;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-tracing-'));
    collector = await TraceCollector.start();
    vendors = { first: await startOpenaiStandIn(), second: await startOpenaiStandIn() };
    const intent = { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['say'] };
    agents.write('echo.json', { graph: 'echo', voice_settings: intent });
    const file = join(directory, 'parlance.config.yaml');
    const providers = Object.entries(vendors).map(([name, { url }]) => ({
      name,
      provider: 'openai-compatible',
      options: { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${url}/v1` },
    }));
    writeFileSync(file, JSON.stringify({ providers }));
    environment = {
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_AGENTS_DIR: agents.path,
      PARLANCE_SPEECH_PLAN: 'first,second',
      PARLANCE_RETRIES: '0',
      PARLANCE_FIRST_BYTE_MILLISECONDS: '60000',
    };
  });
  afterAll(async () => {
    await Promise.all([collector.close(), vendors.first.close(), vendors.second.close()]);
    agents.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A gateway that leaves a list of what it has loaded at its end. */
  function start(name: string, more: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    const data = join(directory, name);
    return GatewayProcess.start(directory, { ...environment, PARLANCE_DATA_DIR: data, NODE_V8_COVERAGE: `${data}-loaded`, ...more });
  }

  /** The packages of OpenTelemetry that a gateway has loaded: as files, or as parts of the bundle, which names each of them. */
  function loaded(name: string): string[] {
    const files = readdirSync(join(directory, `${name}-loaded`)).map((file) =>
      readFileSync(join(directory, `${name}-loaded`, file), 'utf8'),
    );
    const scripts = files.flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url));
    expect(scripts.some((url) => url.includes('/dist/apps/gateway/src/main.js'))).toBe(true);
    const bundled = [...new Set(scripts)].filter((url) => url.includes('/dist/bundle/'));
    const places = [...scripts, ...bundled.map((url) => readFileSync(new URL(url), 'utf8'))].join('\n');
    return [...new Set([...places.matchAll(/node_modules\/@opentelemetry\/([\w-]+)/g)].map(([, found]) => found!))].toSorted();
  }

  describe('where a collector is named', () => {
    const seen: CollectedSpan[] = [];
    let gateway: GatewayProcess;
    beforeAll(async () => {
      gateway = await start('traced', {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20the-key-of-the-collector',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
        OTEL_BSP_SCHEDULE_DELAY: '10',
        PARLANCE_TRACE_VENDORS: 'true',
      });
    });
    beforeEach(() => {
      vendors.first.reset();
      vendors.second.reset();
      seen.push(...collector.spans.splice(0));
    });
    afterAll(() => gateway.stop());

    /** The spans of one request, which are all there when that of the server is. */
    async function spansOf(route: string): Promise<CollectedSpan> {
      await eventually(async () => collector.named(route).length > 0, 'The span of the server did not come.', DEADLINE_MILLISECONDS);
      return collector.named(route)[0]!;
    }

    const below = (parent: CollectedSpan | undefined, name: string) => collector.childrenOf(parent).filter((span) => span.name === name);
    const names = (spans: readonly CollectedSpan[]) => spans.map(({ name }) => name).toSorted();

    it('a request is its plan, what the cache has, and each attempt with its call, below whoever asked', async () => {
      vendors.first.fail({ kind: 'reply', status: 500, body: '' });
      const headers = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`, tracestate: 'their=own', baggage: 'their=own' };
      const answer = await speak(gateway, { input: TEXT, headers });
      expect(answer).toMatchObject({ status: 200, provider: 'second' });
      const server = await spansOf('POST /v1/audio/speech');
      expect(server).toMatchObject({
        traceId: CALLER.traceId,
        parentSpanId: CALLER.spanId,
        kind: SERVER,
        failed: false,
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/v1/audio/speech',
          'http.response.status_code': 200,
          'parlance.request.id': answer.headers.get('x-request-id'),
        },
        resource: { 'service.name': 'parlance', 'deployment.environment.name': 'test' },
      });
      const [request] = below(server, 'speak');
      expect(request?.attributes).toMatchObject({ 'parlance.cache': 'miss', 'parlance.attempts': 2, 'gen_ai.provider.name': 'second' });
      expect(names(collector.childrenOf(request))).toEqual(['attempt', 'attempt', 'cache get', 'cache put', 'plan']);
      const attempts = ['first', 'second'].map((name) =>
        below(request, 'attempt').find(({ attributes }) => attributes['gen_ai.provider.name'] === name),
      );
      const asked = { 'gen_ai.operation.name': 'text_to_speech', 'gen_ai.request.model': 'tts-1' };
      expect(attempts).toMatchObject([
        { kind: CLIENT, failed: true, attributes: { ...asked, 'error.type': 'server' } },
        { kind: CLIENT, failed: false, attributes: asked },
      ]);
      const calls = attempts.map((attempt) => below(attempt, 'POST')[0]);
      expect(calls).toMatchObject([
        { failed: true, attributes: { 'http.response.status_code': 500, 'server.port': Number(new URL(vendors.first.url).port) } },
        { failed: false, attributes: { 'http.response.status_code': 200, 'server.address': '127.0.0.1' } },
      ]);
      const told = vendors.second.calls[0]?.headers;
      expect(told).toMatchObject({ traceparent: `00-${CALLER.traceId}-${calls[1]?.spanId}-01` });
      expect(told).not.toHaveProperty('tracestate');
      expect(told).not.toHaveProperty('baggage');
    });

    it('a turn is what its graph decides, its speech, and the file of it', async () => {
      const answer = await send(gateway, 'echo', { text: `Please say: ${TEXT}` });
      expect(answer).toMatchObject({ status: 200, error: null, audio: { url: expect.any(String) } });
      const server = await spansOf('POST /v1/agents/:agentId/turns');
      const [turn] = below(server, 'turn');
      expect(turn?.attributes).toMatchObject({
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.id': 'echo',
        'parlance.graph': 'echo',
      });
      expect(names(collector.childrenOf(turn))).toEqual(['decide', 'speak', 'storage put']);
      expect(below(below(turn, 'speak')[0], 'attempt')).toHaveLength(1);
    });

    it('the lines of the log lead to it', async () => {
      await speak(gateway, { input: TEXT });
      const { traceId, spanId } = await spansOf('POST /v1/audio/speech');
      const line = () =>
        gateway.log.text.split('\n').find((one) => one.includes(spanId) && one.includes('"context":"Request"') && one.endsWith('}'));
      await eventually(async () => line() !== undefined, 'The line did not come.', DEADLINE_MILLISECONDS);
      expect(JSON.parse(line()!)).toMatchObject({ context: 'Request', trace_id: traceId, span_id: spanId, status: 200 });
    });

    it('probes are no part of it, and nothing private is', async () => {
      await fetch(`${gateway.url}/health/ready`);
      await fetch(`${gateway.url}/v1/models?key=nothing-to-show`);
      await spansOf('GET /v1/models');
      expect(collector.headers.authorization).toBe('Bearer the-key-of-the-collector');
      expect(collector.received).toContain('/v1/audio/speech');
      expect(collector.received).not.toMatch(/health|nothing-to-show/);
      privateWords.add(TEXT);
      expect(privateWords.leaksIn(collector.received)).toEqual([]);
    });

    it('the documentation has every span and attribute', () => {
      const rows = documentedRows(readFileSync(resolve('docs/tracing.md'), 'utf8'), 'What is traced');
      const titleOf = ({ kind, name }: CollectedSpan) => (kind === SERVER ? 'METHOD /route' : name === 'POST' ? 'METHOD' : name);
      for (const span of seen) {
        const [title, , attributes = ''] = rows.find(([cell]) => cell === `\`${titleOf(span)}\``) ?? [];
        expect(title).toBeDefined();
        expect([title, Object.keys(span.attributes).filter((name) => !attributes.includes(`\`${name}\``))]).toEqual([title, []]);
      }
      expect(new Set(seen.map(titleOf)).size).toBeGreaterThan(8);
    });

    it('without the collector everything goes on, and it is told of once', async () => {
      await collector.close();
      for (let count = 0; count < 5; count++) expect((await speak(gateway)).status).toBe(200);
      expect(await gateway.stop()).toBe(0);
      expect(gateway.log.text.match(/collector of traces does not take them/g)).toHaveLength(1);
      expect(loaded('traced')).toEqual(expect.arrayContaining(['api', 'exporter-trace-otlp-http', 'sdk-trace-node']));
    });
  });

  it('is not even loaded where no collector is named', async () => {
    const gateway = await start('untraced', { PARLANCE_TRACE_VENDORS: 'true' });
    vendors.first.reset();
    const wish: SpeechWish = { headers: { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` } };
    expect((await speak(gateway, wish)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
    expect(loaded('untraced')).toEqual(['api']);
    expect(vendors.first.calls[0]?.headers).not.toHaveProperty('traceparent');
    expect(gateway.log.text).not.toContain('trace_id');
  });
});
