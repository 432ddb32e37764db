import { createHash } from 'node:crypto';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { ChatOpenAI, ChatOpenAICompletions } from '@langchain/openai';
import { LRUCache } from 'lru-cache';
import type { ChatSettings } from '../agents/agent.types.js';

/** Agents come and go, and each has its own key. */
const MOST_MODELS = 200;
const RETRIES = 2;
const SECONDS = 60;

type Answer = Awaited<ReturnType<ChatOpenAICompletions['completionWithRetry']>>;
type Said = Answer['choices'][number]['message'];

/** Leaves out calls of tools that are no JSON: nobody can do them, and LangChain would write to the console about them. */
class UsableCalls extends ChatOpenAICompletions {
  protected override _convertCompletionsMessageToBaseMessage(message: Said, answer: Answer) {
    const { tool_calls: calls, ...said } = message;
    const usable = calls?.filter((call) => !('function' in call) || isJson(call.function.arguments));
    return super._convertCompletionsMessageToBaseMessage({ ...said, ...(usable !== undefined && { tool_calls: usable }) }, answer);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The models of agents, made once for equal settings. */
export class ChatModels {
  private readonly models = new LRUCache<string, { plain: ChatOpenAI; withTools: ReturnType<ChatOpenAI['bindTools']> }>({
    max: MOST_MODELS,
  });

  constructor(private readonly tools: readonly StructuredToolInterface[]) {}

  plain(settings: ChatSettings): ChatOpenAI {
    return this.of(settings).plain;
  }

  withTools(settings: ChatSettings): ReturnType<ChatOpenAI['bindTools']> {
    return this.of(settings).withTools;
  }

  private of(settings: ChatSettings) {
    const { model, baseUrl, apiKey, temperature } = settings;
    const key = createHash('sha256')
      .update(JSON.stringify([model, baseUrl, apiKey, temperature]))
      .digest('hex');
    const known = this.models.get(key);
    if (known !== undefined) return known;
    const fields = {
      model,
      // A server of one's own may want no key; the client insists on one.
      apiKey: apiKey ?? 'none',
      maxRetries: RETRIES,
      timeout: SECONDS * 1000,
      ...(temperature !== undefined && { temperature }),
      // The client itself writes its requests to the console where the environment has `OPENAI_LOG`.
      configuration: { logLevel: 'off' as const, ...(baseUrl !== undefined && { baseURL: baseUrl }) },
    };
    const plain = new ChatOpenAI({ ...fields, completions: new UsableCalls(fields) });
    const made = { plain, withTools: plain.bindTools([...this.tools]) };
    this.models.set(key, made);
    return made;
  }
}
