import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came; times are left out. */
export interface CollectedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** OTLP's number: 1 internal, 2 server, 3 client. */
  kind: number;
  attributes: Readonly<Record<string, unknown>>;
  failed: boolean;
  /** The ids of the spans it is linked to. */
  links: readonly string[];
  resource: Readonly<Record<string, unknown>>;
}

interface OtlpValue {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values?: OtlpValue[] };
}
type OtlpAttributes = readonly { key: string; value: OtlpValue }[];
interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes?: OtlpAttributes;
  status?: { code?: number };
  links?: readonly { spanId: string }[];
}
interface OtlpTraces {
  resourceSpans: readonly { resource: { attributes?: OtlpAttributes }; scopeSpans: readonly { spans: readonly OtlpSpan[] }[] }[];
}

const STATUS_ERROR = 2;

/** Stands in for a collector of OpenTelemetry: takes traces as OTLP/HTTP with JSON, and keeps them. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** Everything that came, as it came. */
  received = '';
  /** Of the last request. */
  headers: IncomingMessage['headers'] = {};

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.take(request, response));
  }

  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector(createServer());
    collector.server.listen(0, '127.0.0.1');
    await once(collector.server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  named(name: string): CollectedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  childrenOf(parent: CollectedSpan | undefined): CollectedSpan[] {
    return this.spans.filter(({ parentSpanId, traceId }) => parentSpanId === parent?.spanId && traceId === parent?.traceId);
  }

  /** Nobody is there from then on. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    if (request.method !== 'POST' || request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(request.url === '/v1/traces' ? 415 : 404).end();
      return;
    }
    const text = Buffer.concat(parts).toString();
    this.received += text;
    this.headers = request.headers;
    this.spans.push(...spansOf(JSON.parse(text) as OtlpTraces));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  }
}

function spansOf({ resourceSpans }: OtlpTraces): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, attributesOf(resource.attributes)))),
  );
}

function spanOf({ attributes, status, links = [], parentSpanId, ...span }: OtlpSpan, resource: CollectedSpan['resource']): CollectedSpan {
  const { name, traceId, spanId, kind } = span;
  return {
    name,
    traceId,
    spanId,
    kind,
    // OTLP writes nothing where there is none, or an empty id.
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    attributes: attributesOf(attributes),
    failed: status?.code === STATUS_ERROR,
    links: links.map((link) => link.spanId),
    resource,
  };
}

function attributesOf(attributes: OtlpAttributes = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ stringValue, intValue, doubleValue, boolValue, arrayValue }: OtlpValue): unknown {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map((value) => valueOf(value));
  return stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue));
}
