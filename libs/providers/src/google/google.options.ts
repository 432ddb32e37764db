import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength, ValidateIf } from 'class-validator';
import { ListOption } from '../requests/list-option.js';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

const url = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };

/** Google Cloud Text-to-Speech and Speech-to-Text, with an API key or with an identity (a key file, or what the machine has). */
export class GoogleOptions {
  /** A key of a project with both APIs enabled. Goes before every other way to sign in. */
  @IsOptional()
  @IsKey()
  apiKey?: string;

  /** Where the JSON key file of a service account (or of a user, or of a federated identity) is. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  credentialsFile?: string;

  /** The project that is billed, and that API version v2 needs. */
  @ValidateIf((options: GoogleOptions) => options.apiVersion === 'v2' || options.project !== undefined)
  @IsString()
  @Matches(/^[a-z0-9:.-]+$/i)
  project?: string;

  /** Text-to-Speech, without a slash at the end. */
  @IsOptional()
  @IsUrl(url)
  speechBaseUrl?: string;

  /** Speech-to-Text, without a slash at the end. Default: that of the location. */
  @IsOptional()
  @IsUrl(url)
  transcriptionBaseUrl?: string;

  /** Cloud Storage, without a slash at the end. */
  @IsOptional()
  @IsUrl(url)
  storageBaseUrl?: string;

  /** Of Speech-to-Text. v2 takes more formats and has the chirp models; it needs `project`. */
  @IsIn(['v1', 'v2'])
  apiVersion: 'v1' | 'v2' = 'v1';

  /** Where v2 runs: `global`, `eu`, `us-central1`, ... Not every model is everywhere. */
  @IsString()
  @Matches(/^[a-z0-9-]+$/)
  location = 'global';

  /** A v2 recognizer of the project; `_` is none. */
  @IsString()
  @Matches(/^[\w-]+$/)
  recognizer = '_';

  /** Names of voices, the default first, where they are not the usual ones. A comma list, or a list. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  voices?: string[];

  /** Transcription models, the default first, where they are not the usual ones of the API version. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  transcriptionModels?: string[];

  /** What a recording is taken for when its language is not told, BCP 47. */
  @IsString()
  @Matches(/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i)
  defaultLanguage = 'en-US';

  /** Other languages it may be in when its language is not told, three at the most. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  alternativeLanguages?: string[];

  /** Times of the words. */
  @IsBoolean()
  wordTimes = true;

  /** How much text one request takes, UTF-8 bytes. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  maximumTextBytes = 5000;

  /** How long a recording one request takes, seconds. Longer ones need `bucket`. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  maximumSeconds = 60;

  /**
   * A Cloud Storage bucket that recordings over `maximumSeconds` are laid in while they are transcribed, v1 only. An
   * API key cannot write to it.
   */
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/)
  bucket?: string;

  /** Milliseconds a long recording may take in all. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  operationMilliseconds = 900_000;

  /** Milliseconds between two looks at a long recording. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600_000)
  pollMilliseconds = 1000;
}

const shared = {
  project: 'GOOGLE_CLOUD_PROJECT',
  speechBaseUrl: 'GOOGLE_TEXT_TO_SPEECH_BASE_URL',
  transcriptionBaseUrl: 'GOOGLE_SPEECH_TO_TEXT_BASE_URL',
} as const;

/** By the variables of Google's own tools. Whoever sets both has two accounts. */
export const googleAccounts: readonly EnvironmentAccount<GoogleOptions>[] = [
  { name: 'google', variables: { apiKey: 'GOOGLE_API_KEY', ...shared }, required: ['apiKey'] },
  {
    name: 'google-service-account',
    variables: { credentialsFile: 'GOOGLE_APPLICATION_CREDENTIALS', bucket: 'GOOGLE_SPEECH_BUCKET', ...shared },
    required: ['credentialsFile'],
  },
];
