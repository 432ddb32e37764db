import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { bearer, type CapturedRequest } from '../captured-request.js';
import type { Fault, StandInReply } from '../fault.js';
import { OPENAI_KEY, openaiError } from '../openai-compatible/openai-compatible.stand-in.js';
import { isModelList, modelList } from '../openai-compatible/openai-models.js';
import { StandIn } from '../stand-in.js';
import { answerEvents, type RealtimeOddity } from './realtime-answer.js';
import { problem, REALTIME_MODELS, RealtimeConversation, type RealtimeEvent, type RealtimeProblem } from './realtime-conversation.js';

const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Bad Gateway</title>' };

/**
 * OpenAI's Realtime API: a WebSocket server with the faults of every stand-in, and the list of models by HTTP. The body
 * of a call is the list of its client events.
 */
export class RealtimeStandIn extends StandIn {
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly pending = new Set<Duplex>();
  private readonly waiting: Fault[] = [];
  private oddities: RealtimeOddity[] = [];
  private problems: RealtimeProblem[] = [];
  private listening: Server | undefined;
  private connections = 0;
  private sent = 0;

  constructor() {
    super(listModels, { probes: isModelList });
  }

  override async start(): Promise<void> {
    const server = createServer((incoming, response) => void this.serve(incoming, response));
    server.on('connection', () => this.connections++);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    this.listening = server;
  }

  override async close(): Promise<void> {
    const server = this.listening;
    this.listening = undefined;
    for (const socket of this.pending) socket.destroy();
    await new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
      server?.closeAllConnections();
    });
  }

  override get url(): string {
    if (this.listening === undefined) throw new Error('The stand-in has not been started.');
    return `http://127.0.0.1:${(this.listening.address() as AddressInfo).port}`;
  }

  override get openSockets(): number {
    return this.pending.size + super.openSockets;
  }

  override get connectionsOpened(): number {
    return this.connections;
  }

  override fail(...faults: Fault[]): void {
    this.waiting.push(...faults);
  }

  /** The next responses are odd, in this order. */
  answerOddly(...oddities: RealtimeOddity[]): void {
    this.oddities.push(...oddities);
  }

  /** The next responses are errors, told by an event. */
  failByEvent(...problems: RealtimeProblem[]): void {
    this.problems.push(...problems);
  }

  override reset(): void {
    super.reset();
    for (const socket of this.pending) socket.destroy();
    this.waiting.length = 0;
    this.oddities = [];
    this.problems = [];
    this.connections = 0;
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://stand-in.invalid');
    const call: CapturedRequest = {
      method: incoming.method ?? '',
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body: Buffer.from('[]'),
      aborted: false,
    };
    this.requests.push(call);
    this.pending.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.pending.delete(socket));
    const fault = this.waiting.shift();
    if (fault?.kind === 'hang') {
      // Only who reads sees the other side leave.
      socket.resume().once('end', () => socket.destroy());
      return;
    }
    if (fault?.kind === 'refuse') return void socket.destroy();
    const refusal = fault?.kind === 'reply' ? fault : fault?.kind === 'html' ? page : refusalOf(call);
    if (refusal !== undefined) return refuse(socket, refusal);
    this.sockets.handleUpgrade(incoming, socket, head, (client) => this.converse(client, call, fault));
  }

  private converse(client: WebSocket, call: CapturedRequest, fault: Fault | undefined): void {
    const conversation = new RealtimeConversation();
    const events: unknown[] = [];
    client.once('close', (code) => (call.aborted = code === 1006));
    this.send(client, { type: 'session.created', session: { type: 'realtime', id: 'sess_1', model: call.query.get('model') } });
    client.on('message', (data: Buffer) => {
      const event: unknown = parse(data);
      events.push(event);
      call.body = Buffer.from(JSON.stringify(events));
      const taken = conversation.take(event);
      if (typeof taken !== 'string') this.send(client, { type: 'error', error: taken });
      else if (taken === 'session.update') this.send(client, { type: 'session.updated', session: { type: 'realtime' } });
      else if (taken === 'conversation.item.create') this.send(client, { type: 'conversation.item.added', item: { id: 'item_1' } });
      else void this.respond(client, conversation.text ?? '', fault);
    });
    const model = call.query.get('model') ?? '';
    if (REALTIME_MODELS.some((known) => known === model)) return;
    this.send(client, { type: 'error', error: problem('model_not_found', `The model '${model}' does not exist.`, 'model') });
    client.close(4000);
  }

  private async respond(client: WebSocket, text: string, fault: Fault | undefined): Promise<void> {
    const error = this.problems.shift();
    if (error !== undefined) return this.send(client, { type: 'error', error });
    const [first, second] = answerEvents(text, fault?.kind === 'empty' ? { silent: true } : (this.oddities.shift() ?? {}));
    for (const event of first) this.send(client, event);
    if (fault?.kind === 'hang-mid-body') return;
    if (fault?.kind === 'cut') return client.terminate();
    if (fault?.kind === 'gate') await fault.release;
    for (const event of second) this.send(client, event);
  }

  private send(client: WebSocket, event: RealtimeEvent): void {
    client.send(JSON.stringify({ event_id: `event_${++this.sent}`, ...event }));
  }
}

/** Started. */
export async function startRealtimeStandIn(): Promise<RealtimeStandIn> {
  const standIn = new RealtimeStandIn();
  await standIn.start();
  return standIn;
}

function listModels(request: CapturedRequest): StandInReply {
  if (!isModelList(request)) return { status: 426 };
  if (bearer(request) !== OPENAI_KEY) return openaiError(401, 'Incorrect API key provided.', 'invalid_api_key');
  return modelList(REALTIME_MODELS);
}

function refusalOf(call: CapturedRequest): StandInReply | undefined {
  if (bearer(call) !== OPENAI_KEY) return openaiError(401, 'Incorrect API key provided.', 'invalid_api_key');
  if (call.path !== '/v1/realtime') return openaiError(404, `Invalid URL (GET ${call.path})`, 'unknown_url');
  if (!call.query.has('model')) return openaiError(400, 'You must provide a model parameter.', 'missing_model');
  return undefined;
}

function refuse(socket: Duplex, { status, headers = {}, body = '' }: StandInReply): void {
  const bytes = Buffer.from(body as string | Uint8Array);
  const lines = Object.entries({ ...headers, 'content-length': bytes.length, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n'));
  socket.end(bytes);
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
