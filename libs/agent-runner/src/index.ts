export { AgentRunner } from './agent-runner.js';
export { AgentRunnerModule } from './agent-runner.module.js';
export { type AgentRunnerModuleOptions } from './agent-runner.module-definition.js';
export { AgentVoice, type AgentMessage, type AgentVoiceServices, type VoiceHealth } from './compatibility/agent-voice.js';
export { toLegacyFileInfo, toLegacyResult, type LegacyVoiceFileInfo, type LegacyVoiceResult } from './compatibility/legacy-shapes.js';
export { type GraphFactory, type GraphKit, type TurnGraph, type TurnState } from './graphs/graph.types.js';
export { turnOf } from './graphs/live-turn.js';
export { type Reply, type TurnInput } from './graphs/reply.types.js';
export { type VoiceTurnState } from './graphs/voice-turn-state.js';
export { type VoiceTools } from './tools/voice-tools.js';
export { EMBEDDED_GRAPHS } from './graphs/graphs.js';
export { GRAPH_MODELS } from './turns/turn-account.js';
export { TurnObservers, type TurnNews } from './turns/turn-observers.js';
export {
  type AudioChunkEvent,
  type AudioFileEvent,
  type DoneEvent,
  type ErrorEvent,
  type HistoryEntry,
  type PartUsage,
  type TextEvent,
  type TranscriptEvent,
  type Turn,
  type TurnEvent,
  type TurnSummary,
  type TurnUsage,
} from './turns/turn.types.js';
export { AgentFiles, type AgentFilesOptions, type FileProblems } from './agents/agent-files.js';
export { type Agent, type ChatSettings, type SecondMessage } from './agents/agent.types.js';
export { Agents } from './agents/agents.js';
export {
  readAgent,
  type AgentContext,
  type AgentSource,
  type ReadAgent,
  type ReadAgentOptions,
  type SectionReader,
} from './agents/read-agent.js';
export { type AgentWarning } from './settings/agent-warning.js';
export { readVoiceSettings, type ModelEnd, type ReadVoiceSettings, type VoiceSettingsContext } from './settings/read-voice-settings.js';
export { limitsOf, speechDefaults, transcriptionDefaults, type SpeechDefaults, type TranscriptionDefaults } from './settings/requests.js';
export { type Environment } from './settings/secret-references.js';
export { type KnownProviders } from './settings/usable-providers.js';
export { ProviderSettings, SttConfig, TtsConfig, VoiceSettings } from './settings/voice-settings.js';
export {
  IsBetween,
  IsFlag,
  IsOneOf,
  IsOptions,
  isRecord,
  IsSection,
  IsServerAddress,
  IsText,
  IsTexts,
  IsWholeBetween,
  sectionOf,
} from './settings/fields.js';
export { Fields, knownFields, pathOf, readFields, unknownFields } from './settings/read-fields.js';
export { plainSecrets, resolveReferences, valueOf, variableOf } from './settings/secret-references.js';
