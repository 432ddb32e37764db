import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Flag, List } from './value-forms.js';
import { MetricsEnvironment } from './metrics-environment.js';
import { Variable, VariableGroup } from './variable.js';

/** A plain key, or the SHA-256 of one. */
const API_KEY = /^(?:sha256:[0-9a-f]{64}|(?!sha256:)[\x21-\x7e]{8,})$/i;
const KEY_MESSAGE = 'each key must be 8 or more visible characters, or sha256: and 64 hexadecimal digits';
const ORIGIN = /^(?:\*|https?:\/\/[a-z0-9.-]+(?::\d{1,5})?)$/i;

/** A comma list of API keys. */
export function KeyList(): PropertyDecorator {
  return (target, property) => {
    for (const decorate of [IsOptional(), List(), Matches(API_KEY, { each: true, message: KEY_MESSAGE })]) decorate(target, property);
  };
}

/** The variables of who may do what over HTTP. */
@VariableGroup('Who may do what')
export class SecurityEnvironment extends MetricsEnvironment {
  @Variable('Keys that may also do what is for operators (the scope `admin`), written as `PARLANCE_API_KEYS` is.', { secret: true })
  @KeyList()
  PARLANCE_ADMIN_KEYS?: string[];

  @Variable(
    'YAML file of API keys with scopes, tenant, limit and expiry, read again when it changes. Default: `parlance.keys.yaml` of the ' +
      'working directory, where there is one.',
  )
  @IsOptional()
  @IsString()
  PARLANCE_KEYS_FILE?: string;

  @Variable(
    'Origins whose pages may call this server from a browser, as a comma list such as `https://app.example.com`; `*`: any. Default: none.',
  )
  @IsOptional()
  @List()
  @Matches(ORIGIN, { each: true, message: '$property must be a comma list of origins such as https://app.example.com, or *' })
  PARLANCE_CORS_ORIGINS?: string[];

  @Variable('How many connections one process holds open; further ones are closed at once.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  PARLANCE_MAX_CONNECTIONS = 10_000;

  @Variable('Whether the page `/console` is there. It needs no key itself; what it asks for does, where keys are configured.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_CONSOLE = true;
}
