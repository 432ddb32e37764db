import { IsOptional, IsString, IsUrl, Matches, MinLength } from 'class-validator';
import type { EnvironmentAccount } from '../provider.js';

/** AWS Polly with a key pair of one's own. */
export class PollyOptions {
  @IsString()
  @MinLength(1)
  accessKeyId!: string;

  @IsString()
  @MinLength(1)
  secretAccessKey!: string;

  /** Goes with temporary credentials. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  sessionToken?: string;

  /** `eu-central-1`: where the text is sent to. */
  @Matches(/^[a-z0-9-]{1,40}$/)
  region!: string;

  /** Without a slash at the end. Default: the region's own. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl?: string;
}

/** The account by the variables of every AWS tool. */
export const pollyAccounts: readonly EnvironmentAccount<PollyOptions>[] = [
  {
    name: 'polly',
    variables: {
      accessKeyId: 'AWS_ACCESS_KEY_ID',
      secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
      sessionToken: 'AWS_SESSION_TOKEN',
      region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
      baseUrl: 'AWS_ENDPOINT_URL_POLLY',
    },
    required: ['accessKeyId', 'secretAccessKey', 'region'],
  },
];
