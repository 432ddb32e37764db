import { IsArray, IsIn, IsInt, IsOptional, IsUrl, Matches, Min, ValidateIf } from 'class-validator';
import type { EnvironmentAccount } from '../provider.js';
import { IsKey } from '../requests/is-key.js';

const address = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };

/** Azure Speech by its REST interfaces. */
export class AzureOptions {
  @IsKey()
  apiKey!: string;

  /** `westeurope`; may be left out where `endpoint` says all. */
  @ValidateIf(({ endpoint }: AzureOptions) => endpoint === undefined)
  @Matches(/^[a-z0-9-]+$/i)
  region?: string;

  /** The resource's own domain: `https://<name>.cognitiveservices.azure.com`. Goes before the region. */
  @IsOptional()
  @IsUrl(address)
  endpoint?: string;

  /** Where `/cognitiveservices/v1` is, for a container of one's own. Goes before region and endpoint. */
  @IsOptional()
  @IsUrl(address)
  speechUrl?: string;

  /** Where `/speech/recognition/...` is, for a container of one's own. Goes before region and endpoint. */
  @IsOptional()
  @IsUrl(address)
  recognitionUrl?: string;

  /**
   * Which interface hears: `fast` takes whole recordings of any kind, `short` at most a minute of wav or ogg-opus in a
   * language that is known. Who wants both sets up two accounts.
   */
  @IsIn(['fast', 'short'])
  transcription: 'fast' | 'short' = 'fast';

  /** Of the fast transcription. From 2025-10-15 on it takes words to expect. */
  @Matches(/^\d{4}-\d{2}-\d{2}/)
  apiVersion: string = '2025-10-15';

  /** Characters of text that one request takes. Azure cuts audio off after ten minutes, without a word. */
  @IsInt()
  @Min(1)
  maximumCharacters: number = 2000;

  /** Of a recording. */
  @IsInt()
  @Min(1)
  maximumBytes: number = 300_000_000;

  /** BCP 47; what a recording without a language may be in. The short transcription takes the first. */
  @IsOptional()
  @IsArray()
  @Matches(/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i, { each: true })
  candidateLanguages?: string[];
}

export const azureAccounts: readonly EnvironmentAccount<AzureOptions>[] = [
  {
    name: 'azure',
    variables: {
      apiKey: 'AZURE_SPEECH_KEY',
      region: 'AZURE_SPEECH_REGION',
      endpoint: 'AZURE_SPEECH_ENDPOINT',
      speechUrl: 'AZURE_SPEECH_TTS_ENDPOINT',
      recognitionUrl: 'AZURE_SPEECH_STT_ENDPOINT',
    },
    required: ['apiKey', 'region'],
  },
];
