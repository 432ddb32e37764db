export { type TextPreparation } from './text/prepare-text.js';
export { type CacheReport, type Forgotten } from './cache/voice-cache.js';
export {
  type PlanEntry,
  type PlanPreference,
  type Routing,
  type SpeechPreference,
  type TranscriptionPreference,
  type VendorPolicy,
} from './plan/plan.types.js';
export { nameOf } from './plan/name-of.js';
export { DEFAULT_LINK_SECONDS } from './files/link-seconds.js';
export { VoiceFiles, type FileLink, type NewRecording, type Upload, type UploadRequest } from './files/voice-files.js';
export { logLine } from './observation/log-line.js';
export { placesOf } from './observation/places-of.js';
export { Observers } from './observation/observers.js';
export { inSpan, noteFailure, stepsIn, tracer } from './observation/spans.js';
export {
  VoiceObservers,
  type AttemptNews,
  type BegunNews,
  type BrokenNews,
  type Outcome,
  type RequestContent,
  type RequestNews,
  type UsageNews,
  type VoiceNews,
} from './observation/voice-observers.js';
export { type BreakerSettings } from './resilience/breaker-settings.js';
export { type UpstreamReport } from './resilience/upstream.js';
export { Upstreams, type UpstreamEvent } from './resilience/upstreams.js';
export { UsageLedger, type UsageQuery } from './usage/usage-ledger.js';
export { USAGE_GROUPS, type UsageGroup, type UsageRow } from './usage/usage-report.js';
export { type DailyBudget, type Price, type Prices, type TenantBudget } from './usage/usage.types.js';
export { VoiceCatalogue } from './voice-catalogue.js';
export { VoiceReadiness, type AwayReason, type Standing } from './voice-readiness.js';
export { VoiceModule } from './voice.module.js';
export { type ModelAliases, type ResilienceOptions, type VoiceAliases, type VoiceModuleOptions } from './voice.module-definition.js';
export { VoiceService } from './voice.service.js';
export {
  type ListedModel,
  type ListedVoice,
  type PlanOutlook,
  type RawRecording,
  type RequestOrigin,
  type SpeakRequest,
  type Speech,
  type StoredSpeech,
  type TranscribeRequest,
  type Transcription,
  type UnstoredSpeech,
} from './voice.types.js';
