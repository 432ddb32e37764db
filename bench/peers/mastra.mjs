// Mastra's voice for OpenAI, its stream read to the end.
import { OpenAIVoice } from '@mastra/voice-openai';

export async function open([url]) {
  const client = { apiKey: 'none', options: { baseURL: `${url}/v1` } };
  const voice = new OpenAIVoice({ speechModel: { name: 'tts-1', ...client }, listeningModel: client, speaker: 'alloy' });
  return {
    async speak(text) {
      let bytes = 0;
      for await (const chunk of await voice.speak(text)) bytes += chunk.byteLength;
      return bytes;
    },
    close: async () => undefined,
  };
}
