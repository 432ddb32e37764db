import { AudioConverter } from '@parlance/audio';
import { Coalescer, MemoryCacheStore } from '@parlance/cache';
import type { ObjectStore } from '@parlance/contracts';
import type { ProviderFactory } from '@parlance/providers';
import { VoiceCache } from '../cache/voice-cache.js';
import { Planner } from '../plan/planner.js';
import { SpeechMemory } from '../speech/speech-memory.js';
import { Synthesizer } from '../speech/synthesizer.js';
import { Recognizer } from '../transcription/recognizer.js';
import { TranscriptionMemory } from '../transcription/transcription-memory.js';
import { VoiceLibrary } from '../voice-library.js';
import { VoiceMemory } from '../voice-memory.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';
import { VoiceService } from '../voice.service.js';
import { fakeFactory, type FakeSpeechProvider, type FakeTranscriptionProvider } from './fake-providers.js';

export interface VoiceParts {
  converter: AudioConverter;
  speakers?: readonly FakeSpeechProvider[];
  listeners?: readonly FakeTranscriptionProvider[];
  options?: VoiceModuleOptions;
  objects?: ObjectStore;
}

/** A VoiceService with real parts all around fake providers. */
export function createVoice({ converter, speakers = [], listeners = [], options = {}, objects }: VoiceParts): VoiceService {
  const cache = new VoiceCache(new MemoryCacheStore(), options);
  return new VoiceService(
    new Planner(fakeFactory(speakers, listeners) as unknown as ProviderFactory, options),
    new VoiceMemory(new SpeechMemory(cache), new TranscriptionMemory(cache), new Coalescer()),
    new Synthesizer(converter, new SpeechMemory(cache), options),
    new Recognizer(converter, options),
    new VoiceLibrary(objects as ObjectStore, options),
  );
}
