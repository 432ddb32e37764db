import { NotFoundError } from '@parlance/contracts';
import type { VoiceCatalogue } from '@parlance/voice';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { GraphFactory, GraphKit, TurnGraph } from './graph.types.js';

/** Loaded with the first turn: LangGraph and a model's client take longer to load than all the rest. */
const EMBEDDED: Readonly<Record<string, GraphFactory>> = {
  echo: async (kit) => (await import('./echo.graph.js')).echoGraph(kit),
  chat: async (kit) => (await import('./chat.graph.js')).chatGraph(kit),
};

/** Those that are always there. */
export const EMBEDDED_GRAPHS: readonly string[] = Object.keys(EMBEDDED);

/** The graphs that decide, by name: `echo`, `chat`, and the application's own. */
export class Graphs {
  private readonly factories: Readonly<Record<string, GraphFactory | TurnGraph>>;
  private readonly graphs = new Map<string, Promise<TurnGraph>>();
  private kit: Promise<GraphKit> | undefined;

  /**
   * @param own compiled graphs, or functions that make one. A graph that was compiled without a checkpointer
   * remembers conversations where the others do.
   */
  constructor(
    private readonly catalogue: VoiceCatalogue,
    private readonly loadMemory: () => Promise<BaseCheckpointSaver>,
    own: Readonly<Record<string, GraphFactory | TurnGraph>> = {},
  ) {
    this.factories = { ...EMBEDDED, ...own };
  }

  names(): readonly string[] {
    return Object.keys(this.factories);
  }

  /** @throws NotFoundError with the names there are; what a factory throws */
  async load(name: string): Promise<TurnGraph> {
    const known = this.graphs.get(name);
    if (known !== undefined) return known;
    const graph = this.make(name);
    this.graphs.set(name, graph);
    // The next turn may have more luck.
    graph.catch(() => this.graphs.delete(name));
    return graph;
  }

  private async make(name: string): Promise<TurnGraph> {
    const factory = Object.hasOwn(this.factories, name) ? this.factories[name] : undefined;
    if (factory === undefined) throw new NotFoundError('graph', name, this.names(), { reason: 'graph_not_found' });
    const kit = await this.kitOnce();
    return withMemory(typeof factory === 'function' ? await factory(kit) : factory, kit.memory);
  }

  private kitOnce(): Promise<GraphKit> {
    if (this.kit === undefined) {
      this.kit = this.loadKit();
      // As with graphs.
      this.kit.catch(() => (this.kit = undefined));
    }
    return this.kit;
  }

  private async loadKit(): Promise<GraphKit> {
    const [{ voiceTurnState }, { createVoiceTools }, memory] = await Promise.all([
      import('./voice-turn-state.js'),
      import('../tools/voice-tools.js'),
      this.loadMemory(),
    ]);
    return { state: voiceTurnState(), tools: createVoiceTools(this.catalogue), memory };
  }
}

/**
 * A graph that has no memory is given it in a copy: what an application has compiled once may serve others in the
 * process, before this one's end and after, and each of them remembers its own conversations.
 */
function withMemory(graph: TurnGraph, memory: BaseCheckpointSaver): TurnGraph {
  if (graph.checkpointer !== undefined) return graph;
  const own = graph.withConfig?.({}) ?? graph;
  own.checkpointer = memory;
  return own;
}
