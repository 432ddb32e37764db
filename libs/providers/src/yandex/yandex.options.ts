import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { ListOption } from '../requests/list-option.js';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

const address = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };

/** Yandex SpeechKit. One of `apiKey` and `iamToken` is needed; the key goes first. */
export class YandexOptions {
  /** Of a service account. */
  @ValidateIf(({ apiKey, iamToken }: YandexOptions) => apiKey !== undefined || iamToken === undefined)
  @IsKey()
  apiKey?: string;

  /** Lives for 12 hours at the most: for trying out, or where something renews the account. */
  @IsOptional()
  @IsKey()
  iamToken?: string;

  /** Needed with the token of a person; a service account works in its own folder. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  folderId?: string;

  /**
   * `v3` has every voice and role and the loudness, and its audio comes while it is made, for texts of up to 250
   * characters. `v1` takes longer texts and is paid by the character instead of by the request, with the older
   * voices only.
   */
  @IsIn(['v1', 'v3'])
  speechApi: 'v1' | 'v3' = 'v3';

  /** `auto`: `v1`, which answers at once, for what it takes (1 MB, 30 s, Russian); `v3`, which has to be waited for, for the rest. */
  @IsIn(['auto', 'v1', 'v3'])
  transcriptionApi: 'auto' | 'v1' | 'v3' = 'auto';

  /** Without a slash at the end. Kazakhstan has its own: `https://tts.api.ml.yandexcloud.kz`. */
  @IsUrl(address)
  speechUrl = 'https://tts.api.cloud.yandex.net';

  @IsUrl(address)
  transcriptionUrl = 'https://stt.api.cloud.yandex.net';

  /** Where one asks whether a long recognition is done. */
  @IsUrl(address)
  operationUrl = 'https://operation.api.cloud.yandex.net';

  /** `v3` only: texts of up to 5000 characters, which Yandex splits by itself, at some cost in quality. */
  @IsBoolean()
  unsafeMode = false;

  /** Languages of recordings, the default first. Those of the streaming documentation, where nothing is set. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  transcriptionLanguages?: string[];

  /** The languages, or `auto`, that `v1` recognises. The documentation promises Russian alone. */
  @ListOption()
  @IsString({ each: true })
  shortLanguages: string[] = ['ru-RU'];

  /** The largest recording `v3` takes, in bytes. */
  @IsInt()
  @Min(1)
  maximumRecordingBytes = 60_000_000;

  /** `v3` only: text with punctuation and capitals, in written style. */
  @IsBoolean()
  literatureText = false;

  /** `false`: what `v3` has recognised is deleted at Yandex as soon as it is here; `true`: it lies there for three days. */
  @IsBoolean()
  keepResults = false;

  /** Milliseconds between two questions whether a long recognition is done. */
  @IsInt()
  @Min(1)
  @Max(60_000)
  pollingMilliseconds = 1000;

  /** Milliseconds a long recognition may take in all. Yandex needs about ten seconds for a minute of audio. */
  @IsInt()
  @Min(1)
  deadlineMilliseconds = 600_000;
}

const addresses = {
  folderId: 'YANDEX_FOLDER_ID',
  speechUrl: 'YANDEX_TTS_BASE_URL',
  transcriptionUrl: 'YANDEX_STT_BASE_URL',
  operationUrl: 'YANDEX_OPERATION_BASE_URL',
  speechApi: 'YANDEX_SPEECH_API',
  transcriptionApi: 'YANDEX_TRANSCRIPTION_API',
} as const;

export const yandexAccounts: readonly EnvironmentAccount<YandexOptions>[] = [
  { name: 'yandex', variables: { apiKey: 'YANDEX_API_KEY', ...addresses }, required: ['apiKey'] },
  { name: 'yandex-iam', variables: { iamToken: 'YANDEX_IAM_TOKEN', ...addresses }, required: ['iamToken'] },
];
