/**
 * The agent that is always there. In code rather than in a file: it is then there wherever the service is started from,
 * and there is one copy of it. A file of `config/agents` with the id `demo` takes its place.
 */
export const DEMO_AGENT = {
  agent_id: 'demo',
  name: 'Demonstration',
  graph: 'echo',
  graph_settings: { voice_for_voice: true },
  voice_settings: {
    enabled: true,
    intent_detection_mode: 'keywords',
    intent_keywords: ['голос', 'скажи', 'произнеси', 'озвучь', 'voice', 'say', 'speak', 'read aloud'],
  },
} as const;
