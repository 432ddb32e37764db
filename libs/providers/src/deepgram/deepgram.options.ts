import { IsBoolean, IsInt, IsOptional, IsUrl, Min } from 'class-validator';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

/** Deepgram: speech by Aura, transcription by Nova. */
export class DeepgramOptions {
  @IsKey()
  apiKey!: string;

  /** Without a path: `https://api.deepgram.com`, or the address of a self-hosted one. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl: string = 'https://api.deepgram.com';

  /** Characters of text that one request takes. */
  @IsInt()
  @Min(1)
  maximumCharacters: number = 2000;

  /** Keeps requests out of Deepgram's Model Improvement Program; has its price. */
  @IsOptional()
  @IsBoolean()
  modelImprovementOptOut?: boolean;
}

export const deepgramAccounts: readonly EnvironmentAccount<DeepgramOptions>[] = [
  { name: 'deepgram', variables: { apiKey: 'DEEPGRAM_API_KEY', baseUrl: 'DEEPGRAM_BASE_URL' }, required: ['apiKey'] },
];
