import { Coalescer } from '@parlance/cache';
import { Injectable } from '@nestjs/common';
import { SpeechMemory } from './speech/speech-memory.js';
import { TranscriptionMemory } from './transcription/transcription-memory.js';

/** What has been made before, and what is being made now. */
@Injectable()
export class VoiceMemory {
  constructor(
    readonly speech: SpeechMemory,
    readonly transcripts: TranscriptionMemory,
    readonly inFlight: Coalescer,
  ) {}
}
