import { IsInt, IsOptional, IsString, Min, ValidateIf } from 'class-validator';

/** The embedded engines. Everything is optional: without any of it they speak and understand English. */
export class LocalOptions {
  /** Threads that synthesise speech. Default: one per core, at most four. */
  @IsOptional()
  @IsInt()
  @Min(1)
  threads?: number;

  /**
   * Pieces of recordings recognised at the same time. Default: one per core, but one less than Node's own worker
   * threads (`UV_THREADPOOL_SIZE`, 4), which recognition runs on and files and DNS need too.
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  transcriptionConcurrency?: number;

  /** Where a generated vocabulary file is kept. Default: a directory of this user's own in the system's temporary one. */
  @IsOptional()
  @IsString()
  cacheDirectory?: string;

  /** The espeak-ng program, which adds languages; `false`: do not look for it. Default: `espeak-ng` on the PATH. */
  @IsOptional()
  @ValidateIf((options: LocalOptions) => options.espeak !== false)
  @IsString()
  espeak?: string | false;

  /**
   * The directory of a sherpa-onnx speech model, recognised by its files (all with `tokens.txt`, and
   * `espeak-ng-data/` or `lexicon*.txt` where the model needs them): vits and piper `*.onnx`; kokoro and kitten
   * `*.onnx` and `voices.bin`; matcha `*.onnx` and a vocoder `*vocos*.onnx` or `*hifigan*.onnx`.
   */
  @IsOptional()
  @IsString()
  customSpeechModel?: string;

  /**
   * The directory of a sherpa-onnx transcription model, recognised by its files (all with `*tokens.txt`):
   * whisper `*encoder*.onnx`, `*decoder*.onnx`; transducer (Parakeet) those and `*joiner*.onnx`; sense-voice
   * `model*.onnx`; moonshine `encoder*.onnx`, `decoder*merged*.onnx`, or `preprocess.onnx`, `encode*.onnx`,
   * `uncached_decode*.onnx`, `cached_decode*.onnx`.
   */
  @IsOptional()
  @IsString()
  customTranscriptionModel?: string;
}
