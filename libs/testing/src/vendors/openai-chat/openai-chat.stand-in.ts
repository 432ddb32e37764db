import { bearer, jsonBody, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { OPENAI_KEY, openaiError } from '../openai-compatible/openai-compatible.stand-in.js';
import { modelList } from '../openai-compatible/openai-models.js';
import { StandIn } from '../stand-in.js';
import { sendReply, type ChatNumbers, type ChatReply } from './chat-answer.js';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import { ChatRefusal } from './chat.errors.js';

export const CHAT_MODELS = ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-mini', 'gpt-4.1', 'gpt-5-mini', 'gpt-5'] as const;

/** An error of the vendor, in OpenAI's shape. */
export interface ChatFailure {
  status: number;
  /** The message. */
  error: string;
  code?: string;
  /** Such as `retry-after`. */
  headers?: Readonly<Record<string, string>>;
}

/** 200 with this body, whatever it is; as a stream of events where one was wanted. */
export interface ChatBody {
  body: string;
}

/** What is answered to one good request, once `hold` is fulfilled; default: at once. */
export type ChatAnswer = (ChatReply | ChatFailure | ChatBody) & { hold?: Promise<void> };

/** One answer for each good request, in this order, or what decides on each. */
export type ChatAnswers = readonly ChatAnswer[] | ((request: ChatRequest) => ChatAnswer | Promise<ChatAnswer>);

export interface ChatStandInOptions {
  /** Default: every request is answered with the last message of its user. Also when the list is used up. */
  answers?: ChatAnswers;
  /** Default OPENAI_KEY. */
  key?: string;
  /** Default CHAT_MODELS. */
  models?: readonly string[];
  /** Where the API lies. Default `/v1`. */
  basePath?: string;
}

/**
 * OpenAI's Chat Completions API, as strict as the original about keys, models, messages and their order, tools and
 * parameters. Knows one choice and functions only: `n` above 1 and custom tools are refused. What goes wrong on the
 * wire, also in the middle of a stream, is told by `fail`.
 */
export class ChatStandIn extends StandIn {
  constructor(
    private readonly script: ChatScript,
    private readonly basePath: string,
  ) {
    const isProbe = ({ method, path }: CapturedRequest) => method === 'GET' && path === `${basePath}/models`;
    super((request) => script.reply(request), { probes: isProbe });
  }

  /** What a client takes as its base URL. */
  get baseUrl(): string {
    return this.url + this.basePath;
  }

  /** The good requests since the last reset, in order: those that were answered as the script says. */
  get asked(): readonly ChatRequest[] {
    return this.script.asked;
  }

  /** From now on it answers so. */
  answer(answers: ChatAnswers): void {
    this.script.begin(answers);
  }

  /** Also begins the script anew. */
  override reset(): void {
    super.reset();
    this.script.begin();
    this.script.asked.length = 0;
  }
}

/** Started. */
export async function startChatStandIn({
  answers = [],
  key = OPENAI_KEY,
  models = CHAT_MODELS,
  basePath = '/v1',
}: ChatStandInOptions = {}): Promise<ChatStandIn> {
  const standIn = new ChatStandIn(new ChatScript(answers, { key, models, basePath }), basePath);
  await standIn.start();
  return standIn;
}

class ChatScript {
  readonly asked: ChatRequest[] = [];
  private answers: ChatAnswers = [];
  private used = 0;
  private readonly numbers: ChatNumbers = { completions: 0, calls: 0 };

  constructor(
    private readonly first: ChatAnswers,
    private readonly options: Readonly<Required<Omit<ChatStandInOptions, 'answers'>>>,
  ) {
    this.begin();
  }

  begin(answers = this.first): void {
    this.answers = answers;
    this.used = 0;
  }

  async reply(captured: CapturedRequest): Promise<StandInReply> {
    try {
      return await this.route(captured);
    } catch (error) {
      if (error instanceof ChatRefusal) return openaiError(error.status, error.message, error.code, error.param);
      if (error instanceof MalformedRequestError) return openaiError(400, error.message);
      throw error;
    }
  }

  private async route(captured: CapturedRequest): Promise<StandInReply> {
    const { key, models, basePath } = this.options;
    if (bearer(captured) !== key) return openaiError(401, 'Incorrect API key provided.', 'invalid_api_key');
    switch (`${captured.method} ${captured.path}`) {
      case `POST ${basePath}/chat/completions`:
        return this.complete(readChatRequest(jsonBody(captured), models));
      case `GET ${basePath}/models`:
        return modelList(models);
      default:
        return openaiError(404, `Invalid URL (${captured.method} ${captured.path})`, 'unknown_url');
    }
  }

  private async complete(request: ChatRequest): Promise<StandInReply> {
    this.asked.push(request);
    const answer = await this.next(request);
    await answer.hold;
    if ('status' in answer) {
      const failed = openaiError(answer.status, answer.error, answer.code);
      return { ...failed, headers: { ...failed.headers, ...answer.headers } };
    }
    if ('body' in answer) {
      const type = request.stream === true ? 'text/event-stream; charset=utf-8' : 'application/json';
      return { status: 200, headers: { 'content-type': type }, body: answer.body };
    }
    expectOffered(request, answer);
    return sendReply(request, answer, this.numbers);
  }

  private next(request: ChatRequest): ChatAnswer | Promise<ChatAnswer> {
    if (typeof this.answers === 'function') return this.answers(request);
    return this.answers[this.used++] ?? { text: lastWords(request) };
  }
}

/** No model calls a tool where it has none: whoever asks has forgotten to offer them. 400, since 500 would be tried again. */
function expectOffered({ tools = [], tool_choice: choice }: ChatRequest, { toolCalls = [] }: ChatReply): void {
  if (toolCalls.length === 0 || (tools.length > 0 && choice !== 'none')) return;
  throw new ChatRefusal(400, 'The stand-in should call a tool, and the request offers none.', 'no_tools_offered');
}

/** Of the user. */
function lastWords({ messages }: ChatRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
