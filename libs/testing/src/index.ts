export { eventually, succeeds } from './conformance/check.js';
export { BytesElsewhere } from './bytes-elsewhere.js';
export { daysFromNow, startAtNoon } from './days.js';
export { documentedRows, fieldRow } from './documentation.js';
export { cacheStoreChecks, describeCacheStore } from './conformance/cache-store.conformance.js';
export { describeObjectStore, objectStoreChecks } from './conformance/object-store.conformance.js';
export { describeObjectLinks, objectLinkChecks } from './conformance/object-link.conformance.js';
export type {
  MadeProvider,
  ProviderSettings,
  SpeechBench,
  SpeechSubject,
  TranscriptionBench,
  TranscriptionSubject,
  VendorErrorCase,
} from './conformance/provider/provider-bench.js';
export { describeSpeechProvider, speechProviderChecks } from './conformance/speech-provider.conformance.js';
export { describeTranscriptionProvider, transcriptionProviderChecks } from './conformance/transcription-provider.conformance.js';
export { wordErrorRate } from './word-error-rate.js';
export { describeWithProgram, isInstalled } from './programs.js';
export { CERTIFICATE_PROGRAMS, makeCertificate, type Certificate } from './servers/certificate.js';
export {
  CEPH_PROGRAMS,
  describeWithRedis,
  describeWithS3,
  PATIENT_REDIS,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  STEADY_REDIS_ENVIRONMENT,
} from './servers/describe-with-server.js';
export { CephServer, type S3Access } from './servers/ceph-server.js';
export { freePort } from './servers/free-port.js';
export { RedisCluster } from './servers/redis-cluster.js';
export { RedisSentinel } from './servers/redis-sentinel.js';
export { RedisServer } from './servers/redis-server.js';
export { runTrusting } from './servers/run-trusting.js';
export { TlsFront } from './servers/tls-front.js';
export { TraceCollector, type CollectedSpan } from './servers/trace-collector.js';
export { ServerProcess } from './servers/server-process.js';
export { SENTENCES } from './sentences.js';
export { audioKind, isAudio } from './vendors/audio/audio-kind.js';
export { SPOKEN_SAMPLE_RATE, SPOKEN_TEXT, spokenAudio, wavOf } from './vendors/audio/spoken-audio.js';
export {
  bearer,
  formBody,
  jsonBody,
  MalformedRequestError,
  parseMultipart,
  unknownFields,
  type CapturedRequest,
  type MultipartFile,
  type MultipartForm,
} from './vendors/captured-request.js';
export type { Fault, ReplyFault, StandInReply } from './vendors/fault.js';
export { GOOGLE_KEY } from './vendors/google/google.access.js';
export { GoogleStandIn, startGoogleStandIn } from './vendors/google/google.stand-in.js';
export { StandIn, type StandInOptions } from './vendors/stand-in.js';
export { OPENAI_KEY, openaiError, startOpenaiStandIn } from './vendors/openai-compatible/openai-compatible.stand-in.js';
export { DEEPGRAM_KEY, startDeepgramStandIn } from './vendors/deepgram/deepgram.stand-in.js';
export { plain, POLLY_KEYS, pollyError, startPollyStandIn } from './vendors/polly/polly.stand-in.js';
export { ELEVENLABS_KEY, startElevenlabsStandIn } from './vendors/elevenlabs/elevenlabs.stand-in.js';
export { CARTESIA_KEY, startCartesiaStandIn } from './vendors/cartesia/cartesia.stand-in.js';
export {
  synthesisLine,
  recognitionEvents,
  startYandexStandIn,
  YANDEX_FOLDER,
  YANDEX_KEY,
  YANDEX_SILENT_OPERATION,
  YANDEX_TOKEN,
  yandexError,
} from './vendors/yandex/yandex.stand-in.js';
export { AZURE_KEY, startAzureStandIn } from './vendors/azure/azure.stand-in.js';
export { readSsml } from './vendors/azure/azure-ssml.js';
export { startRealtimeStandIn, type RealtimeStandIn } from './vendors/openai-realtime/openai-realtime.stand-in.js';
export { startSentenceStandIn, type SentenceStandInOptions } from './vendors/openai-compatible/sentence.stand-in.js';
export {
  CHAT_MODELS,
  ChatStandIn,
  startChatStandIn,
  type ChatAnswer,
  type ChatAnswers,
  type ChatStandInOptions,
} from './vendors/openai-chat/openai-chat.stand-in.js';
export type { ChatReply, ChatToolCall } from './vendors/openai-chat/chat-answer.js';
export type { ChatRequest } from './vendors/openai-chat/chat-request.js';
export { BROKEN_SENTENCE, readSentences, sentencesOf, sentenceText, speakSentences } from './spoken-sentences/spoken-sentences.js';
export {
  OTHER_TELEGRAM_TOKEN,
  startTelegramStandIn,
  TELEGRAM_TOKEN,
  telegramFault,
  TelegramStandIn,
} from './vendors/telegram/telegram.stand-in.js';
export type { TelegramChat } from './vendors/telegram/telegram-chats.js';
export { FaultProxy } from './faults/fault-proxy.js';
export {
  startWhatsAppStandIn,
  WHATSAPP_APP_SECRET,
  WHATSAPP_DISPLAY_NUMBER,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
  type WhatsAppIncoming,
  type WhatsAppSent,
  type WhatsAppStandIn,
  type WhatsAppStandInOptions,
  type WhatsAppState,
} from './vendors/whatsapp/whatsapp.stand-in.js';
export { WHATSAPP_ERROR_CODES, whatsappError } from './vendors/whatsapp/whatsapp.errors.js';
export type { WhatsAppPerson } from './vendors/whatsapp/whatsapp.people.js';
