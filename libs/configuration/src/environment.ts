import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { ProviderEnvironment } from './provider-environment.js';
import { KeyList } from './security-environment.js';
import { Flag, List } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** `host` or `host:port`; an IPv6 address in brackets. */
const REMOTE_HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The environment variables of a Parlance process: names, types, ranges and defaults. Sizes are in bytes. */
@VariableGroup('The server, storage and engines')
export class Environment extends ProviderEnvironment {
  @Variable('TCP port to listen on; 0 takes a free one.')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 8080;

  @Variable(
    'Address to listen on. Anything but a loopback address needs `PARLANCE_API_KEYS` or other keys, or `PARLANCE_ALLOW_ANONYMOUS=true`.',
  )
  @IsString()
  HOST = '127.0.0.1';

  @Variable(
    'Keys that clients present as `Authorization: Bearer <key>`: a comma list of plain keys (8 characters or more) or ' +
      '`sha256:<hex>` of one. They have every scope but `admin`. Without any keys none is asked for.',
    { secret: true },
  )
  @KeyList()
  PARLANCE_API_KEYS?: string[];

  @Variable('`true` serves everybody without a key on a public address.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_ALLOW_ANONYMOUS = false;

  @Variable('Requests that cost something one key may send in a minute; one client address where there are no keys. 0: any number.')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  PARLANCE_RATE_LIMIT_PER_MINUTE = 0;

  @Variable('How clients reach this server, for links to stored audio. Default: `http://HOST:PORT`.')
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  PARLANCE_PUBLIC_URL?: string;

  @Variable('Directory for stored audio; made when missing.')
  @IsString()
  PARLANCE_DATA_DIR = './data';

  @Variable('Signs the links to stored audio (16 characters or more). Default: made once and kept in the data directory.', { secret: true })
  @IsOptional()
  @MinLength(16)
  PARLANCE_URL_SECRET?: string;

  @Variable('How much made speech is kept in memory.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  PARLANCE_CACHE_BYTES = 268_435_456;

  @Variable('How long made speech is kept, in hours.')
  @Type(() => Number)
  @Min(0.001)
  @Max(8760)
  PARLANCE_CACHE_TTL_HOURS = 24;

  @Variable('How long stored audio is kept, in days; 0: for ever.')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(36_500)
  PARLANCE_RETENTION_DAYS = 30;

  @Variable(
    'Redis that several processes share made speech through: `redis://user:password@host:port/database`, ' +
      '`redis-sentinel://host:port,host:port/master` or `redis-cluster://host:port,host:port`; `rediss` for TLS. Default: none, memory alone.',
    { secret: true },
  )
  @IsOptional()
  @IsString()
  REDIS_URL?: string;

  @Variable(
    'S3-compatible server that stored audio is kept in, as `https://host` or `http://host:port`. Default: none, the data directory.',
  )
  @IsOptional()
  @IsString()
  S3_ENDPOINT?: string;

  @Variable('Region of the bucket.')
  @Matches(/^[a-z0-9-]+$/, { message: '$property must be a name like us-east-1' })
  S3_REGION = 'us-east-1';

  @Variable('Bucket for stored audio; made when missing.')
  @IsString()
  S3_BUCKET = 'parlance';

  @Variable('Access key of the S3 server.', { secret: true })
  @IsOptional()
  @IsString()
  S3_ACCESS_KEY?: string;

  @Variable('Secret key of the S3 server.', { secret: true })
  @IsOptional()
  @IsString()
  S3_SECRET_KEY?: string;

  @Variable('Directory of a speech model of your own for the local engine.')
  @IsOptional()
  @IsString()
  PARLANCE_LOCAL_SPEECH_MODEL?: string;

  @Variable('Directory of a transcription model of your own for the local engine.')
  @IsOptional()
  @IsString()
  PARLANCE_LOCAL_TRANSCRIPTION_MODEL?: string;

  @Variable('The espeak-ng program, or `off`. Default: the one on the path, where there is one.')
  @IsOptional()
  @IsString()
  PARLANCE_ESPEAK?: string;

  @Variable('The ffmpeg program, or `off`. Default: the one on the path, where there is one.')
  @IsOptional()
  @IsString()
  PARLANCE_FFMPEG?: string;

  @Variable('The largest recording taken.')
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  @Max(1_073_741_824)
  PARLANCE_MAX_UPLOAD_BYTES = 26_214_400;

  @Variable('The longest recording taken, in seconds.')
  @Type(() => Number)
  @Min(1)
  @Max(86_400)
  PARLANCE_MAX_AUDIO_SECONDS = 1800;

  @Variable(
    'Hosts that links to recordings may lead to although they are not public, as a comma list of `host` or `host:port`. Default: none.',
  )
  @IsOptional()
  @List()
  @Matches(REMOTE_HOST, { each: true, message: '$property must be a comma list of hosts: files.example.com, 10.0.0.5:9000' })
  PARLANCE_REMOTE_HOSTS?: string[];

  @Variable('`true` follows links to recordings that begin with `http://`, too.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_REMOTE_HTTP = false;

  @Variable(
    'YAML file of provider accounts, tenants and prices. Default: `parlance.config.yaml` of the working directory, where there is one.',
  )
  @IsOptional()
  @IsString()
  PARLANCE_CONFIG_FILE?: string;

  @Variable('YAML file of voice names. Default: `config/voices.yaml` of the project.')
  @IsOptional()
  @IsString()
  PARLANCE_VOICES_FILE?: string;

  @Variable('YAML file of model names. Default: `config/models.yaml` of the project.')
  @IsOptional()
  @IsString()
  PARLANCE_MODELS_FILE?: string;

  @Variable('YAML file of models that end. Default: `config/retirements.yaml` of the project.')
  @IsOptional()
  @IsString()
  PARLANCE_RETIREMENTS_FILE?: string;

  @Variable('`error`, `warn`, `info` (one line a request) or `debug`.')
  @IsIn(LOG_LEVELS)
  PARLANCE_LOG_LEVEL: LogLevelName = 'info';

  @Variable('`text` or `json` log lines. Default: `text` in a terminal, else `json`.')
  @IsOptional()
  @IsIn(['text', 'json'])
  PARLANCE_LOG_FORMAT?: 'text' | 'json';
}
