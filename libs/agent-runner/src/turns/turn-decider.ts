import { ParlanceError, unlessAborted } from '@parlance/contracts';
import type { BaseCallbackHandlerInput } from '@langchain/core/callbacks/base';
import type { LLMResult } from '@langchain/core/outputs';
import type { BaseMessage } from '@langchain/core/messages';
import { createHash } from 'node:crypto';
import type { Transcription } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import { Graphs } from '../graphs/graphs.js';
import type { TurnGraph, TurnState } from '../graphs/graph.types.js';
import type { Reply, TurnInput } from '../graphs/reply.types.js';
import { inputOrAnswer, waitsForAnswer } from '../graphs/graph-input.js';
import { questionOf } from '../graphs/interrupts.js';
import { wrongInReply } from '../graphs/reply-check.js';
import { LiveTurn } from '../graphs/live-turn.js';
import { textOf } from '../graphs/message-text.js';
import { RunWrites } from '../memory/run-writes.js';
import type { ModelUsage, TurnAccount } from './turn-account.js';
import type { TurnTask } from './turn-task.js';
import type { TurnRecord } from './turn.types.js';

/** What the graph is told: the person's words, and how they came. */
export interface Message {
  text: string;
  language?: string;
  /** Of a recording that nobody has listened to yet. */
  transcribe?: (language?: string) => Promise<Transcription>;
}

/** What stands in a conversation for a message that nobody has listened to. */
const UNHEARD = '(a voice message)';

/** Has the agent's graph decide about one turn. */
@Injectable()
export class TurnDecider {
  constructor(private readonly graphs: Graphs) {}

  /** Loads what the first turn would otherwise wait for. */
  async warmUp(): Promise<void> {
    await this.graphs.load('echo');
  }

  /**
   * Has the graph made. That is the application's own doing, and may wait for ever: a turn does not.
   * @throws AbortedError as soon as the signal fires; what its factory throws
   */
  async prepare({ agent }: TurnTask, signal: AbortSignal): Promise<void> {
    await unlessAborted(this.graphs.load(agent.graph), signal);
  }

  /** Has the graph know what was said, without an answer to it; where it waits for one, the newer message gives that. */
  async remember(task: TurnTask, message: Message): Promise<void> {
    const graph = await this.graphs.load(task.agent.graph);
    // It remembers nothing at all.
    if (graph.checkpointer === false) return;
    const config = { configurable: { thread_id: nameOf(task.threadName) } };
    const input = await inputOf(task, message);
    if (await waitsForAnswer(graph, input, config)) return;
    await graph.updateState?.(config, { messages: input.messages }, '__start__');
  }

  /** @throws ParlanceError `server` when the graph fails; what its tools have thrown */
  async decide(task: TurnTask, message: Message, account: TurnAccount, signal: AbortSignal): Promise<TurnRecord> {
    const { agent, threadName } = task;
    const graph = await this.graphs.load(agent.graph);
    const input = await inputOf(task, message);
    const live = new LiveTurn(agent, input.turn, message.transcribe);
    const onMemoryAway = () =>
      account.warn({ code: 'memory_unavailable', message: 'Redis is away: this turn is answered without the conversation before it.' });
    const writes = new RunWrites();
    const run = invoke(graph, input, {
      configurable: { thread_id: nameOf(threadName), onMemoryAway, ...live.configurable, ...writes.configurable },
      callbacks: [counting((usage) => account.modelUsed(usage))],
      // Once, at the end: what is on the way to an answer is nobody's memory.
      durability: 'exit' as const,
      signal,
    });
    const state = await run.catch(async (error: unknown) => {
      if (signal.aborted) {
        await writes.end();
        // What was said is, whoever has ended the turn.
        await this.remember(task, message);
      }
      throw error;
    });
    const question = questionOf(state);
    const reply = checked(question ?? state.reply ?? live.reply ?? { speak: false });
    const last = question === undefined ? lastWords(state.messages ?? []) : '';
    const text = last === '' ? (reply.text ?? '') : last;
    if (text === '' && reply.speak) throw graphFailed("The agent's graph decided to speak, but said nothing.");
    return account.decided(reply, text);
  }
}

async function invoke(graph: TurnGraph, input: TurnState, config: Parameters<TurnGraph['invoke']>[1]): Promise<Partial<TurnState>> {
  try {
    return await graph.invoke(await inputOrAnswer(graph, input, config), config);
  } catch (error) {
    if (error instanceof ParlanceError || config.signal?.aborted === true) throw error;
    throw graphFailed("The agent's graph failed. The log of the server says how.", error);
  }
}

async function inputOf({ agent, id, thread, user, recording }: TurnTask, { text, language, transcribe }: Message): Promise<TurnState> {
  const { HumanMessage } = await import('@langchain/core/messages');
  const { intent_detection_mode: mode, intent_keywords: keywords, auto_tts_on_keywords: speakOnKeywords } = agent.voice;
  const turn: TurnInput = {
    id,
    agent: agent.id,
    thread,
    via: recording === undefined ? 'text' : 'voice',
    intent: { mode, keywords, speakOnKeywords },
    settings: agent.graphSettings,
    ...(user !== undefined && { user }),
    ...(language !== undefined && { language }),
  };
  // Named by its turn, so that a turn which is tried again is not remembered twice.
  const said = new HumanMessage({ id, content: transcribe === undefined ? text : UNHEARD });
  return { messages: [said], turn, reply: null };
}

/** Callers choose the names of threads: in the memory they have a length and letters of ours. */
function nameOf(thread: string): string {
  return createHash('sha256').update(thread).digest('hex');
}

/** What the graph has said last; nothing where the last word is the person's. */
function lastWords(messages: readonly BaseMessage[]): string {
  const last = messages.at(-1);
  return last?.type === 'ai' ? textOf(last) : '';
}

/** @throws ParlanceError `server` for what is no reply */
function checked(reply: Reply): Reply {
  const wrong = wrongInReply(reply);
  if (wrong !== undefined) throw graphFailed(`The agent's graph gave a reply that cannot be used: ${wrong}.`);
  const { speak, text, voice, style } = reply;
  // Blanks say nothing, and count as left out.
  const given = Object.entries({ text, voice, style }).filter(([, value]) => value !== undefined && value.trim() !== '');
  return { speak, ...(Object.fromEntries(given) as Omit<Reply, 'speak'>) };
}

function graphFailed(message: string, cause?: unknown): ParlanceError {
  return new ParlanceError('server', message, { reason: 'graph_failed', ...(cause !== undefined && { cause }) });
}

/** Listens to every model that a graph calls. */
function counting(count: (usage: ModelUsage) => void): BaseCallbackHandlerInput & { handleLLMEnd(result: LLMResult): void } {
  return {
    // Otherwise it may be told after the turn is over.
    _awaitHandler: true,
    handleLLMEnd: ({ generations }: LLMResult) => {
      for (const generation of generations.flat()) {
        const message = 'message' in generation ? (generation.message as BaseMessage) : undefined;
        const usage =
          message !== undefined && 'usage_metadata' in message ? (message.usage_metadata as TokenCounts | undefined) : undefined;
        if (usage === undefined) continue;
        const { model_name: model = 'unknown' } = (message?.response_metadata ?? {}) as { model_name?: string };
        // Servers that tell of no tokens leave them out.
        const { input_tokens: inputTokens = 0, output_tokens: outputTokens = 0 } = usage;
        count({ model, inputTokens, outputTokens });
      }
    },
  };
}

interface TokenCounts {
  input_tokens?: number;
  output_tokens?: number;
}
