import { loadSherpa, type SherpaRecogniser, type SherpaSpeaker } from '../sherpa.js';
import type { ModelCall, ModelMessage, ModelReply, RecognisedText, SpeechModelFacts } from './model-protocol.js';

const RECOGNITION_RATE = 16_000;

let speaker: SherpaSpeaker | undefined;
let recogniser: SherpaRecogniser | undefined;
const cancelled = new Set<number>();

function reply(message: ModelReply): void {
  process.send?.(message);
}

async function loadSpeech(model: Record<string, unknown>): Promise<SpeechModelFacts> {
  const config = { model: { ...model, numThreads: 1, provider: 'cpu', debug: 0 }, maxNumSentences: 1, silenceScale: 0.2 };
  speaker = await loadSherpa().OfflineTts.createAsync(config);
  if (speaker.sampleRate <= 0) throw new Error('The model names no sample rate.');
  return { speakers: speaker.numSpeakers, sampleRate: speaker.sampleRate };
}

async function loadTranscription(model: Record<string, unknown>): Promise<void> {
  const modelConfig = { ...model, numThreads: 1, provider: 'cpu', debug: 0 };
  recogniser = await loadSherpa().OfflineRecognizer.createAsync({
    featConfig: { sampleRate: RECOGNITION_RATE, featureDim: 80 },
    modelConfig,
  });
}

async function speak(id: number, text: string, sid: number, speed: number): Promise<void> {
  if (speaker === undefined) throw new Error('No model is loaded.');
  const speaking = speaker.generateAsync({
    text,
    sid,
    speed,
    enableExternalBuffer: false,
    onProgress: ({ samples }) => {
      if (cancelled.has(id)) return 0;
      reply({ id, event: new Float32Array(samples) });
      return 1;
    },
  });
  try {
    await speaking;
  } catch (error) {
    // Text without anything the model knows: that no samples came says it all.
    if (!(error instanceof Error && error.message.includes('no audio'))) throw error;
  }
}

async function recognise(samples: Float32Array): Promise<RecognisedText> {
  if (recogniser === undefined) throw new Error('No model is loaded.');
  const stream = recogniser.createStream();
  stream.acceptWaveform({ samples, sampleRate: RECOGNITION_RATE });
  const { text, lang = '' } = await recogniser.decodeAsync(stream);
  // SenseVoice writes its language as `<|en|>`.
  const language = lang.replaceAll(/[^a-z-]/giu, '');
  return { text: text.trim(), ...(language !== '' && { language }) };
}

async function run(call: ModelCall): Promise<unknown> {
  if (call.method === 'load-speech') return loadSpeech(call.config);
  if (call.method === 'load-transcription') return loadTranscription(call.config);
  if (call.method === 'recognise') return recognise(call.samples);
  return speak(call.id, call.text, call.speaker, call.speed);
}

async function answer(call: ModelCall): Promise<void> {
  try {
    reply({ id: call.id, result: await run(call) });
  } catch (error) {
    reply({ id: call.id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    cancelled.delete(call.id);
  }
}

process.on('message', (message: ModelMessage) => {
  if ('cancel' in message) cancelled.add(message.cancel);
  else void answer(message);
});
// Nobody is left to work for.
process.on('disconnect', () => process.exit(0));
