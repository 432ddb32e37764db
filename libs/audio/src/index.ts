export {
  AudioConverter,
  type AudioConverterOptions,
  type DecodedAudio,
  type DecodeOptions,
  type EncodeOptions,
} from './audio-converter.js';
export type { AudioEncoder } from './audio-encoder.js';
export { encodeRate } from './encode/encode-rate.js';
export { wavOf } from './encode/pcm-encoders.js';
export { audioFormatInfo, recordingFormatInfo, type AudioFormatInfo } from './format/audio-format-info.js';
export { describeRecording, type RecordingDescription } from './format/describe-recording.js';
export { exactHeader } from './format/exact-header.js';
export { isComplete } from './format/is-complete.js';
export { isPlain } from './format/is-plain.js';
export { measureDuration } from './format/measure-duration.js';
export { nameUnreadable } from './format/name-unreadable.js';
export { sniffFormat } from './format/sniff-format.js';
export { measureLoudness, withGain } from './pcm/loudness.js';
export { pcm16ToSamples, samplesToPcm16, type IntegerPcm, type Pcm } from './pcm/pcm.js';
export { entryOf } from './threads/entry.js';
export type { ThreadContext, ThreadMethods } from './threads/serve-thread.js';
export { type ThreadCallOptions } from './threads/thread.js';
export { ThreadPool } from './threads/thread-pool.js';
