import type { Provider, ProviderContext } from '../provider.js';
import { yandexConnection } from './yandex.connection.js';
import type { YandexOptions } from './yandex.options.js';
import { YandexSpeechV1 } from './yandex.speech-v1.js';
import { YandexSpeechV3 } from './yandex.speech-v3.js';
import { YandexTranscription } from './yandex.transcription.js';

/** Speech and transcription by Yandex SpeechKit. */
export class YandexProvider implements Provider {
  readonly speech: YandexSpeechV1 | YandexSpeechV3;
  readonly transcription: YandexTranscription;
  readonly addresses: readonly string[];

  constructor(options: YandexOptions, context: ProviderContext) {
    const connection = yandexConnection(options, context);
    this.addresses = [connection.speechUrl, connection.transcriptionUrl];
    this.speech = options.speechApi === 'v1' ? new YandexSpeechV1(connection) : new YandexSpeechV3(connection, options.unsafeMode);
    this.transcription = new YandexTranscription(connection, options);
  }
}
