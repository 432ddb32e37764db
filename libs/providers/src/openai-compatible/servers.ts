import type { AudioFormat, LanguageTag, TextLimit } from '@parlance/contracts';

interface ServerSpeech {
  models: readonly string[];
  voices: readonly string[];
  formats: readonly AudioFormat[];
  languages: readonly LanguageTag[];
  maximumText: TextLimit;
  /** Models that take no `instructions`. `true`: none does. */
  withoutInstructions: readonly string[] | true;
}

interface ServerTranscription {
  models: readonly string[];
  /** Models that give `verbose_json`, with segments. */
  verboseModels: readonly string[];
  maximumBytes?: number;
}

/** What a server can do and where it differs from OpenAI. */
export interface Server {
  baseUrl?: string;
  speech?: ServerSpeech;
  transcription?: ServerTranscription;
}

const openaiVoices = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];
const everyFormat: readonly AudioFormat[] = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'];
const megabytes25 = 25 * 1024 * 1024;
const whisper = { models: ['whisper-1'], verboseModels: ['whisper-1'] };

/** The differences between the servers, as data. A server of one's own is nearest to the one it imitates. */
export const SERVERS = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    speech: {
      models: ['gpt-4o-mini-tts', 'tts-1', 'tts-1-hd'],
      voices: openaiVoices,
      formats: everyFormat,
      languages: ['*'],
      maximumText: { unit: 'characters', value: 4096 },
      withoutInstructions: ['tts-1', 'tts-1-hd'],
    },
    transcription: {
      models: ['gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'whisper-1'],
      verboseModels: ['whisper-1'],
      maximumBytes: megabytes25,
    },
  },
  groq: {
    baseUrl: 'https://api.groq.com/openai/v1',
    speech: {
      models: ['canopylabs/orpheus-v1-english'],
      voices: ['autumn', 'diana', 'hannah', 'austin', 'daniel', 'troy'],
      formats: ['wav'],
      languages: ['en'],
      maximumText: { unit: 'characters', value: 200 },
      withoutInstructions: true,
    },
    transcription: {
      models: ['whisper-large-v3-turbo', 'whisper-large-v3'],
      verboseModels: ['whisper-large-v3-turbo', 'whisper-large-v3'],
      maximumBytes: megabytes25,
    },
  },
  kokoro: {
    speech: {
      models: ['kokoro'],
      voices: ['af_heart', 'af_bella', 'af_nicole', 'am_adam', 'am_michael', 'bf_emma', 'bm_george'],
      formats: ['mp3', 'opus', 'flac', 'wav', 'pcm'],
      languages: ['en', 'ja', 'zh', 'es', 'fr', 'hi', 'it', 'pt'],
      maximumText: { unit: 'characters', value: 4096 },
      withoutInstructions: true,
    },
  },
  speaches: {
    speech: {
      models: ['speaches-ai/Kokoro-82M-v1.0-ONNX'],
      voices: ['af_heart', 'af_bella', 'am_adam'],
      formats: ['mp3', 'flac', 'wav', 'pcm'],
      languages: ['*'],
      maximumText: { unit: 'characters', value: 4096 },
      withoutInstructions: true,
    },
    transcription: { models: ['Systran/faster-whisper-small'], verboseModels: ['Systran/faster-whisper-small'] },
  },
  localai: {
    speech: {
      models: ['tts-1'],
      voices: openaiVoices,
      formats: ['wav', 'mp3', 'flac', 'opus'],
      languages: ['*'],
      maximumText: { unit: 'characters', value: 4096 },
      withoutInstructions: true,
    },
    transcription: whisper,
  },
} as const satisfies Record<string, Server>;

export type ServerName = keyof typeof SERVERS;
