import { createHash } from 'node:crypto';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { LRUCache } from 'lru-cache';
import type { ChatSettings } from '../agents/agent.types.js';

/** Agents come and go, and each has its own key. */
const MOST_MODELS = 200;
const RETRIES = 2;
const SECONDS = 60;

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
    const plain = new ChatOpenAI({
      model,
      // A server of one's own may want no key; the client insists on one.
      apiKey: apiKey ?? 'none',
      maxRetries: RETRIES,
      timeout: SECONDS * 1000,
      ...(temperature !== undefined && { temperature }),
      ...(baseUrl !== undefined && { configuration: { baseURL: baseUrl } }),
    });
    const made = { plain, withTools: plain.bindTools([...this.tools]) };
    this.models.set(key, made);
    return made;
  }
}
