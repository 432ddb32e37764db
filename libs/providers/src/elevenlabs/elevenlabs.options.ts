import { ArrayNotEmpty, IsIn, IsInt, IsOptional, IsString, IsUrl, Min } from 'class-validator';
import { ListOption } from '../requests/list-option.js';
import type { EnvironmentAccount } from '../provider.js';
import { SPEECH_FORMATS, type ElevenlabsFormat } from './elevenlabs.output-formats.js';
import { IsKey } from '../requests/is-key.js';

/** ElevenLabs: speech with `eleven_*` models, transcription with Scribe. */
export class ElevenlabsOptions {
  @IsKey()
  apiKey!: string;

  /** Without the version and without a slash at the end. Data residency has addresses of its own. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl: string = 'https://api.elevenlabs.io';

  /** Speech models, the default first. A comma list, or a list. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  speechModels?: readonly string[];

  /** Ids of voices, the default first, e.g. of one's own account. Default: voices that every account has. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  voices?: readonly string[];

  /** Languages the speech models are used for, BCP 47; `*` for all. Default: those of `eleven_flash_v2_5`. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  languages?: readonly string[];

  /** Formats to ask for; leave `opus` out where the plan does not have it. */
  @ListOption()
  @ArrayNotEmpty()
  @IsIn(SPEECH_FORMATS, { each: true })
  formats: readonly ElevenlabsFormat[] = SPEECH_FORMATS;

  /** Characters in one request. Default 5000, which every model takes; `eleven_flash_v2_5` takes 40 000. */
  @IsInt()
  @Min(1)
  maximumCharacters: number = 5000;

  /** Transcription models, the default first. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  transcriptionModels?: readonly string[];
}

export const elevenlabsAccounts: readonly EnvironmentAccount<ElevenlabsOptions>[] = [
  { name: 'elevenlabs', variables: { apiKey: 'ELEVENLABS_API_KEY', baseUrl: 'ELEVENLABS_BASE_URL' }, required: ['apiKey'] },
];
