import { Allow, IsOptional } from 'class-validator';
import { IsBetween, IsName, IsOneOf, IsOptions, IsSection, IsServerAddress, IsText, IsWholeBetween } from '../settings/fields.js';
import { Fields } from '../settings/read-fields.js';
import { SECOND_MESSAGES, type SecondMessage } from './agent.types.js';

/** `chat` of an agent as it is written. */
export class ChatFields extends Fields {
  @IsText(256)
  model!: string;

  @IsOptional()
  @IsServerAddress()
  base_url?: string;

  /** `env:NAME`; read by itself. */
  @Allow()
  api_key?: unknown;

  @IsOptional()
  @IsText(100_000)
  system_prompt?: string;

  @IsWholeBetween(1, 1000)
  history_depth = 20;

  @IsOptional()
  @IsBetween(0, 2)
  temperature?: number;
}

/** An agent as it is written. */
export class AgentFields extends Fields {
  @IsOptional()
  @IsName()
  agent_id?: string;

  /** The same, for short. */
  @IsOptional()
  @IsName()
  id?: string;

  @IsOptional()
  @IsText(256)
  name?: string;

  @IsName()
  tenant = 'default';

  @IsOptional()
  @IsName()
  graph?: string;

  @IsOneOf(SECOND_MESSAGES)
  second_message: SecondMessage = 'wait';

  @IsOptional()
  @IsWholeBetween(1, 3650)
  retention_days?: number;

  @IsOptions()
  graph_settings: Record<string, unknown> = {};

  @IsOptional()
  @IsSection(ChatFields)
  chat?: ChatFields;

  /** Read by itself; so is what the old platform has under `config`. */
  @Allow()
  voice_settings?: unknown;

  @Allow()
  config?: unknown;
}
