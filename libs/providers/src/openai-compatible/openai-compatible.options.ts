import { IsIn, IsOptional, IsString, IsUrl, ValidateIf } from 'class-validator';
import type { EnvironmentAccount } from '../provider.js';
import { ListOption } from '../requests/list-option.js';
import { SERVERS, type Server, type ServerName } from './servers.js';
import { IsKey } from '../requests/is-key.js';

/** Any server that speaks OpenAI's audio API. */
export class OpenaiCompatibleOptions {
  /** Which server it is: what it can do and where it differs. */
  @IsIn(Object.keys(SERVERS))
  server: ServerName = 'openai';

  /** With the version, without a slash at the end: `https://api.openai.com/v1`. Default: the server's own, where it has one. */
  @ValidateIf(({ server, baseUrl }: OpenaiCompatibleOptions) => baseUrl !== undefined || !hasAddress(server))
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  baseUrl?: string;

  /** Servers of one's own often need none. */
  @IsOptional()
  @IsKey()
  apiKey?: string;

  @IsOptional()
  @IsString()
  organization?: string;

  @IsOptional()
  @IsString()
  project?: string;

  /** Speech models, the default first, where they are not the server's usual ones. A comma list, or a list. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  speechModels?: string[];

  /** Voices, the default first, where they are not the server's usual ones. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  voices?: string[];

  /** Transcription models, the default first, where they are not the server's usual ones. */
  @IsOptional()
  @ListOption()
  @IsString({ each: true })
  transcriptionModels?: string[];
}

function hasAddress(server: ServerName): boolean {
  const known: Server | undefined = SERVERS[server];
  // What is wrong with an unknown one is its name.
  return known === undefined || known.baseUrl !== undefined;
}

/** Accounts by the variables that each server's users know. */
export const openaiCompatibleAccounts: readonly EnvironmentAccount<OpenaiCompatibleOptions>[] = [
  {
    name: 'openai',
    variables: { apiKey: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL', organization: 'OPENAI_ORG_ID', project: 'OPENAI_PROJECT_ID' },
    required: ['apiKey'],
    defaults: { server: 'openai' },
  },
  { name: 'groq', variables: { apiKey: 'GROQ_API_KEY', baseUrl: 'GROQ_BASE_URL' }, required: ['apiKey'], defaults: { server: 'groq' } },
  {
    name: 'kokoro',
    variables: { baseUrl: 'KOKORO_BASE_URL', apiKey: 'KOKORO_API_KEY' },
    required: ['baseUrl'],
    defaults: { server: 'kokoro' },
  },
  {
    name: 'speaches',
    variables: { baseUrl: 'SPEACHES_BASE_URL', apiKey: 'SPEACHES_API_KEY' },
    required: ['baseUrl'],
    defaults: { server: 'speaches' },
  },
  {
    name: 'localai',
    variables: { baseUrl: 'LOCALAI_BASE_URL', apiKey: 'LOCALAI_API_KEY' },
    required: ['baseUrl'],
    defaults: { server: 'localai' },
  },
];
