import { ArrayNotEmpty, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Min } from 'class-validator';
import { ListOption } from '../requests/list-option.js';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

/** Cartesia: speech with Sonic, transcription with Ink. */
export class CartesiaOptions {
  @IsKey()
  apiKey!: string;

  /** Without a slash at the end. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl: string = 'https://api.cartesia.ai';

  /** The version of the API, a date. Default `2026-03-01`, the first with errors as JSON; older ones work. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'apiVersion must be a date such as 2026-03-01' })
  apiVersion: string = '2026-03-01';

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

  /** Characters in one request. Default 2000: the vendor names no limit. */
  @IsInt()
  @Min(1)
  maximumCharacters: number = 2000;

  /** Bits per second of `mp3`: 32000, 64000, 96000, 128000 or 192000. Default 128000. */
  @IsIn([32_000, 64_000, 96_000, 128_000, 192_000])
  mp3BitRate: number = 128_000;

  /** Transcription models, the default first. */
  @IsOptional()
  @ListOption()
  @ArrayNotEmpty()
  @IsString({ each: true })
  transcriptionModels?: readonly string[];
}

export const cartesiaAccounts: readonly EnvironmentAccount<CartesiaOptions>[] = [
  {
    name: 'cartesia',
    variables: { apiKey: 'CARTESIA_API_KEY', baseUrl: 'CARTESIA_BASE_URL', apiVersion: 'CARTESIA_VERSION' },
    required: ['apiKey'],
  },
];
