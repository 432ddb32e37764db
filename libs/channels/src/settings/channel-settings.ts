import { Fields, IsFlag, IsOneOf, IsOptions, IsSection, IsServerAddress, IsText, IsWholeBetween } from '@parlance/agent-runner';
import { IsOptional } from 'class-validator';

export const TELEGRAM_MODES = ['webhook', 'polling'] as const;

/** `channels.telegram` of an agent: one bot. */
export class TelegramSettings extends Fields {
  /** `env:NAME` of the token that BotFather gave. */
  @IsText(256)
  token!: string;

  /** How messages come: Telegram calls this server (which it must reach over https), or this server asks Telegram. */
  @IsOneOf(TELEGRAM_MODES)
  mode: (typeof TELEGRAM_MODES)[number] = 'polling';

  /** `env:NAME` of what Telegram sends with each call, 1-256 of `A-Za-z0-9_-`. Default: made from the token. */
  @IsOptional()
  @IsText(256)
  webhook_secret?: string;

  /** Of a Bot API server of one's own. Default: Telegram's. */
  @IsOptional()
  @IsServerAddress()
  base_url?: string;
}

/** `channels.whatsapp` of an agent: one telephone number. */
export class WhatsAppSettings extends Fields {
  @IsText(64)
  phone_number_id!: string;

  /** `env:NAME` of the access token. */
  @IsText(1024)
  token!: string;

  /** `env:NAME` of the app's secret, by which calls are signed. */
  @IsText(256)
  app_secret!: string;

  /** `env:NAME` of a word of one's own choice, by which the webhook is registered. */
  @IsText(256)
  verify_token!: string;

  @IsText(16)
  api_version = 'v25.0';

  /** Default: https://graph.facebook.com. */
  @IsOptional()
  @IsServerAddress()
  base_url?: string;
}

/** `channels` of an agent. */
export class ChannelSettings extends Fields {
  @IsOptional()
  @IsSection(TelegramSettings)
  telegram?: TelegramSettings;

  @IsOptional()
  @IsSection(WhatsAppSettings)
  whatsapp?: WhatsAppSettings;

  /** Whether people are shown what was heard before they are answered. */
  @IsFlag()
  show_transcript = false;

  /** Whether the answer quotes the message. */
  @IsFlag()
  quote = true;

  /** The longest voice message that is taken, in seconds. */
  @IsWholeBetween(1, 3600)
  max_voice_seconds = 120;

  /** What people are told in the agent's own words, by language and name: `{ en: { too_long: ... } }`. */
  @IsOptions()
  messages: Record<string, Record<string, string>> = {};
}
