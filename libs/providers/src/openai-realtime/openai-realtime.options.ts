import { IsBoolean, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

/** Speech over OpenAI's Realtime API. */
export class OpenaiRealtimeOptions {
  @IsKey()
  apiKey!: string;

  @IsString()
  @MinLength(1)
  model = 'gpt-realtime-2.1-mini';

  /** With the version, without a slash at the end; `https` becomes `wss`. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl = 'https://api.openai.com/v1';

  /** Characters that are spoken at once: what fits into the tokens of one response. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  maximumCharacters = 2000;

  /** Whether what was spoken must have the words of the text. `false`: whatever the model makes of it is taken. */
  @IsOptional()
  @IsBoolean()
  verifyText = true;
}

/** The model has to be named: a key alone means the ordinary audio API. */
export const openaiRealtimeAccounts: readonly EnvironmentAccount<OpenaiRealtimeOptions>[] = [
  {
    name: 'openai-realtime',
    variables: { apiKey: 'OPENAI_API_KEY', model: 'OPENAI_REALTIME_MODEL', baseUrl: 'OPENAI_BASE_URL' },
    required: ['apiKey', 'model'],
  },
];
