import type { Provider, ProviderContext } from '../provider.js';
import type { OpenaiRealtimeOptions } from './openai-realtime.options.js';
import { OpenaiRealtimeSpeech } from './openai-realtime.speech.js';

/** Speech by OpenAI's Realtime models. */
export class OpenaiRealtimeProvider implements Provider {
  readonly speech: OpenaiRealtimeSpeech;

  constructor(options: OpenaiRealtimeOptions, context: ProviderContext) {
    this.speech = new OpenaiRealtimeSpeech(options, context);
  }
}
