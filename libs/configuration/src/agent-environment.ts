import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsString, Max, Min } from 'class-validator';
import { CacheEnvironment } from './cache-environment.js';
import { Flag } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/** The variables of agents and their conversations. */
@VariableGroup('Agents and their conversations')
export class AgentEnvironment extends CacheEnvironment {
  @Variable(
    'Where the files of agents are, one each (`.yaml`, `.yml`, `.json`). They are read again when they change; the directory may be missing.',
  )
  @IsString()
  PARLANCE_AGENTS_DIR = 'config/agents';

  @Variable('Whether a message may bring its own agent (`config`). Such an agent can name no keys and no addresses.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_INLINE_AGENTS = true;

  @Variable('How long an agent may take to answer one message, in seconds.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3600)
  PARLANCE_TURN_SECONDS = 300;

  @Variable('How long a conversation is remembered after its last message, in days.')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3650)
  PARLANCE_MEMORY_DAYS = 30;

  @Variable(
    'How many bytes of conversations one process remembers where there is no Redis, and as many again of turns that it has ' +
      'answered; the oldest give way.',
  )
  @Type(() => Number)
  @IsInt()
  @Min(1_048_576)
  @Max(17_179_869_184)
  PARLANCE_MEMORY_BYTES = 67_108_864;
}
