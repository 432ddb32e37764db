import { Type } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { TracingEnvironment } from './tracing-environment.js';
import { Flag } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/** What a process remembers of its own requests. */
@VariableGroup('The latest requests')
export class HistoryEnvironment extends TracingEnvironment {
  @Variable('Requests whose traces each process keeps in memory for `GET /v1/traces`, 8 MiB at the most; 0: none.')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  PARLANCE_TRACES = 200;

  @Variable(
    '`true` keeps with them what was spoken and heard. For development only: whoever has a key with the scope `admin` can read ' +
      'what users say.',
  )
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_TRACE_CONTENT = false;
}
