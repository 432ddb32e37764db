import { AIMessage } from '@langchain/core/messages';
import { END, START, StateGraph } from '@langchain/langgraph';
import type { GraphKit } from '@parlance/agent-runner';

/**
 * Counts what the person has said in this conversation. It decides by itself when to speak: whoever talks to it is
 * talked to, whoever writes is written to.
 */
export function tallyGraph({ state, tools, memory }: GraphKit) {
  return new StateGraph(state)
    .addNode('count', async ({ messages, turn }, config) => {
      const said = messages.filter(({ type }) => type === 'human').length;
      const text = `That was message number ${said}.`;
      if (turn.via === 'text') return { messages: [new AIMessage(text)], reply: { speak: false } };
      // The tools are for models, which call them by themselves; a graph without one may ask them as well.
      const abilities = JSON.parse(await tools.voiceCapabilities.invoke({}, config)) as { speaks: { voices: { name: string }[] } };
      const voice = abilities.speaks.voices[0]?.name;
      return { messages: [new AIMessage(text)], reply: { speak: true, ...(voice !== undefined && { voice }) } };
    })
    .addEdge(START, 'count')
    .addEdge('count', END)
    .compile({ checkpointer: memory });
}
