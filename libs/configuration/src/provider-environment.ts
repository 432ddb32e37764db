import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { JobEnvironment } from './job-environment.js';
import { Flag, List } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/** `name`, or `name:weight`. */
const RANKED = String.raw`[a-z0-9][a-z0-9-]*(?::\d+(?:\.\d+)?)?`;
/** Providers of one rank, between bars. */
const PLAN_RANK = new RegExp(`^${RANKED}(?: *\\| *${RANKED})*$`);
const PLAN_MESSAGE = '$property must be a comma list of provider names, those of one rank with | between them: openai:2|google:1,local';

/** The variables of which providers are asked, in which order, how often and for how long. */
@VariableGroup('Which providers are asked')
export class ProviderEnvironment extends JobEnvironment {
  @Variable(
    'Speech providers in the order to try, as a comma list; those of the same rank have a bar between them, see `PARLANCE_ROUTING`. ' +
      'Default: all that are there.',
  )
  @IsOptional()
  @List()
  @Matches(PLAN_RANK, { each: true, message: PLAN_MESSAGE })
  PARLANCE_SPEECH_PLAN?: string[];

  @Variable('Transcription providers in the order to try, written the same way. Default: all that are there.')
  @IsOptional()
  @List()
  @Matches(PLAN_RANK, { each: true, message: PLAN_MESSAGE })
  PARLANCE_TRANSCRIPTION_PLAN?: string[];

  @Variable(
    'The order of providers of the same rank: `order` (as listed), `weights` (at random, by the weights behind their names), or ' +
      '`latency` (the fastest of late first).',
  )
  @IsIn(['order', 'weights', 'latency'])
  PARLANCE_ROUTING: 'order' | 'weights' | 'latency' = 'order';

  @Variable(
    'How long a request may take in all, until its first audio or its transcript, over all providers, in milliseconds; a long text has ' +
      "this time for each passage, and a recording's length is added to it.",
  )
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  PARLANCE_DEADLINE_MILLISECONDS = 60_000;

  @Variable('How often one request may repeat a call that failed for a passing reason, over all providers.')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10)
  PARLANCE_RETRIES = 2;

  @Variable('Failures in a row that open the circuit breaker of a provider: it is not asked for a while then.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  PARLANCE_BREAKER_FAILURES = 5;

  @Variable('How long a circuit breaker stays open the first time, in milliseconds; twice as long each time after that.')
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(600_000)
  PARLANCE_BREAKER_OPEN_MILLISECONDS = 5000;

  @Variable(
    'The largest share of requests (0-1) for which the next provider is asked as well when the first is slower than its own p95; ' +
      '0.05 is a good value, 0 is none.',
  )
  @Type(() => Number)
  @Min(0)
  @Max(1)
  PARLANCE_HEDGED_SHARE = 0;

  @Variable('How long a connection to a vendor may take to be made, in milliseconds.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600_000)
  PARLANCE_CONNECT_MILLISECONDS = 5000;

  @Variable("How long a vendor may take until its answer begins, in milliseconds; a recording's length is added to it.")
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600_000)
  PARLANCE_FIRST_BYTE_MILLISECONDS = 15_000;

  @Variable("How long a vendor's answer may pause, in milliseconds.")
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600_000)
  PARLANCE_IDLE_MILLISECONDS = 15_000;

  @Variable('How many connections to one vendor there may be; more requests at a time wait for each other.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(65_535)
  PARLANCE_VENDOR_CONNECTIONS = 1024;

  @Variable('`true` talks HTTP/2 to vendors that offer it. An answer that is cancelled in its middle then passes for whole.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_HTTP2 = false;
}
