// Vercel's AI SDK: generateSpeech over its OpenAI provider.
import { createOpenAI } from '@ai-sdk/openai';
import { experimental_generateSpeech as generateSpeech } from 'ai';

export async function open([url]) {
  const model = createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }).speech('tts-1');
  return {
    async speak(text) {
      const { audio } = await generateSpeech({ model, text, voice: 'alloy', outputFormat: 'mp3' });
      return audio.uint8Array.byteLength;
    },
    close: async () => undefined,
  };
}
