import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Variable, VariableGroup } from './variable.js';

/** How a process that is told to stop leaves the others. */
@VariableGroup('Stopping')
export class StopEnvironment {
  @Variable(
    'How long a process that is told to stop (SIGTERM) still serves everybody while `/health/ready` says no, in milliseconds: ' +
      'as long as balancers take to notice. 0: it refuses new requests at once.',
  )
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(600_000)
  PARLANCE_STOP_DELAY_MILLISECONDS = 5000;

  @Variable(
    'How long answers and jobs under way have after that to come to their end, in milliseconds. Give the process ten seconds more ' +
      'than both together before it is killed.',
  )
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  PARLANCE_STOP_GRACE_MILLISECONDS = 15_000;
}
