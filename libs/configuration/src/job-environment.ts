import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { AgentEnvironment } from './agent-environment.js';
import { Flag } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/** `whsec_` and 24-64 bytes in base64, as Standard Webhooks writes secrets. */
const WEBHOOK_SECRET = /^whsec_(?=[A-Za-z0-9+/]{32,86}={0,2}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The variables of jobs and their webhooks. */
@VariableGroup('Jobs and their webhooks')
export class JobEnvironment extends AgentEnvironment {
  @Variable('How many jobs one process works on at a time.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  PARLANCE_JOB_CONCURRENCY = 2;

  @Variable('How many jobs may wait; the next one is refused with 429.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  PARLANCE_JOB_WAITING = 1000;

  @Variable('How long a job and its result are kept after its end, in hours.')
  @Type(() => Number)
  @Min(0.01)
  @Max(720)
  PARLANCE_JOB_RETENTION_HOURS = 24;

  @Variable('The longest recording a job takes, in seconds. While it is worked on each second takes 32 kB of memory.')
  @Type(() => Number)
  @Min(1)
  @Max(86_400)
  PARLANCE_JOB_MAX_AUDIO_SECONDS = 14_400;

  @Variable('The largest recording a job takes, sent with it or stored. The default is an hour of uncompressed speech.')
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  @Max(268_435_456)
  PARLANCE_JOB_MAX_BYTES = 134_217_728;

  @Variable(
    'Signs the webhooks of jobs: `whsec_` and 24-64 random bytes in base64, as Standard Webhooks has it. Default: none, and ' +
      'jobs with a webhook are refused.',
    { secret: true },
  )
  @IsOptional()
  @Matches(WEBHOOK_SECRET, { message: '$property must be whsec_ and 24-64 bytes in base64: make it with openssl rand -base64 32' })
  PARLANCE_WEBHOOK_SECRET?: string;

  @Variable('`true` lets webhooks go to private addresses, and over plain HTTP.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_WEBHOOK_ALLOW_PRIVATE = false;
}
