import { AIMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { END, START, StateGraph, StateSchema, UntrackedValue } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { ParlanceError } from '@parlance/contracts';
import { ChatModels } from './chat-models.js';
import { answered, latest } from './latest-messages.js';
import { liveTurn } from './live-turn.js';
import { textOf } from './message-text.js';
import type { GraphKit, TurnGraph } from './graph.types.js';
import type { TurnInput } from './reply.types.js';

/** A model that has asked for tools so often in one turn gets no more of them: it must answer. */
const MOST_ROUNDS = 5;
const DEFAULT_PROMPT = 'You are a helpful assistant. Answer briefly, in the language of the person.';

/**
 * Lets a model answer that speaks OpenAI's chat API. It decides by calling `speak_reply`, or by not calling it. What it
 * did on the way, the calls of tools and their answers, is not remembered, however the turn ends: only what was said by
 * both, and of that only as much as the model is shown.
 */
export function chatGraph({ state, tools, memory }: GraphKit): TurnGraph {
  const models = new ChatModels([tools.speakReply, tools.voiceCapabilities, tools.transcribeAudio]);
  const called = new ToolNode(Object.values(tools));
  return new StateGraph(withSteps(state))
    .addNode('model', async ({ messages, steps = [], turn }, config) => {
      const { agent } = liveTurn(config);
      if (agent.chat === undefined) throw new ParlanceError('invalid', "The agent has no 'chat' section. Add one with its model.");
      const model = roundsOf(steps) < MOST_ROUNDS ? models.withTools(agent.chat) : models.plain(agent.chat);
      const shown = [prompt(agent.chat.systemPrompt, turn), ...latest(messages, agent.chat.historyDepth), ...steps];
      return { steps: [...steps, await model.invoke(shown, config)] };
    })
    .addNode('tools', async ({ steps = [] }, config) => ({ steps: [...steps, ...((await called.invoke(steps, config)) as BaseMessage[])] }))
    .addNode('settle', ({ messages, steps = [] }, config) => settle(messages, steps.at(-1), config))
    .addEdge(START, 'model')
    .addConditionalEdges('model', ({ steps = [] }) => (getsTools(steps) ? 'tools' : 'settle'), ['tools', 'settle'])
    .addConditionalEdges('tools', (_state, config) => (liveTurn(config).reply === undefined ? 'model' : 'settle'), ['model', 'settle'])
    .addEdge('settle', END)
    .compile({ checkpointer: memory });
}

/** `steps`: what the model has said since the person's message, and what tools have answered. In no checkpoint. */
function withSteps(state: GraphKit['state']) {
  return new StateSchema({ ...state.fields, steps: new UntrackedValue<BaseMessage[] | undefined>() });
}

/**
 * One answer takes the place of all steps, and what is not shown again is forgotten.
 * @throws ParlanceError where there is none: models end so when they may say no more, or call a tool with what is no JSON
 */
function settle(said: readonly BaseMessage[], last: BaseMessage | undefined, config: RunnableConfig) {
  const { agent, reply } = liveTurn(config);
  const text = reply?.text ?? textOf(last);
  if (text === '') throw new ParlanceError('server', "The agent's model gave no answer. Try again.", { reason: 'graph_failed' });
  const messages = answered(said, new AIMessage(text), agent.chat?.historyDepth ?? said.length);
  return { messages, reply: reply ?? { speak: false, text } };
}

function prompt(written: string | undefined, { via }: TurnInput): SystemMessage {
  return new SystemMessage(`${written ?? DEFAULT_PROMPT}\n\nThe last message of the person came as ${via}.`);
}

/** Some models ask for tools that they are not given any more: they would for ever. */
function getsTools(steps: readonly BaseMessage[]): boolean {
  return wantsTools(steps.at(-1)) && roundsOf(steps) <= MOST_ROUNDS;
}

function roundsOf(steps: readonly BaseMessage[]): number {
  return steps.filter((step) => wantsTools(step)).length;
}

function wantsTools(message: BaseMessage | undefined): boolean {
  return AIMessage.isInstance(message) && (message.tool_calls?.length ?? 0) > 0;
}
