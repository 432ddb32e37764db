// LiveKit's FallbackAdapter over its OpenAI plugin for each vendor. It asks for bare samples, and gives them in frames of
// 100 ms (4800 bytes): what is left over at the end is lost.
import { initializeLogger, tts } from '@livekit/agents';
import { TTS } from '@livekit/agents-plugin-openai';

export async function open(vendorUrls) {
  initializeLogger({ pretty: false, level: 'silent' });
  const ttsInstances = vendorUrls.map((url) => new TTS({ baseURL: `${url}/v1`, apiKey: 'none', model: 'tts-1', voice: 'alloy' }));
  const adapter = new tts.FallbackAdapter({ ttsInstances });
  // A vendor that fails leaves a rejection behind that nobody handles, and the process would end.
  process.on('unhandledRejection', () => undefined);
  // An event without a listener is thrown.
  adapter.on('error', () => undefined);
  return {
    async speak(text) {
      let bytes = 0;
      for await (const { frame } of adapter.synthesize(text)) bytes += frame.data.byteLength;
      return bytes;
    },
    close: () => adapter.close(),
  };
}
