import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  OPENAI_KEY,
  TELEGRAM_TOKEN,
  WHATSAPP_APP_SECRET,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
} from '@parlance/testing';
import type { AgentDirectory } from '../../../e2e/support/agents.js';
import type { SoakVendors } from './soak-vendors.js';

const speaking = { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['say'], rate_limit_per_minute: 100 };
const echo = { graph: 'echo', graph_settings: { voice_for_voice: true }, voice_settings: speaking };

export function writeAgents(agents: AgentDirectory, { chat, telegram, whatsapp }: SoakVendors): void {
  agents.write('repeater.json', echo);
  agents.write('model.json', {
    chat: { model: 'gpt-4o-mini', base_url: chat.baseUrl, api_key: 'env:OPENAI_STAND_IN_KEY' },
    voice_settings: speaking,
  });
  agents.write('caller.json', {
    ...echo,
    channels: {
      telegram: { token: 'env:BOT_TOKEN', mode: 'webhook', base_url: telegram.url },
      whatsapp: {
        phone_number_id: WHATSAPP_PHONE_NUMBER_ID,
        token: 'env:WHATSAPP_TOKEN',
        app_secret: 'env:WHATSAPP_APP_SECRET',
        verify_token: 'env:WHATSAPP_VERIFY_TOKEN',
        base_url: whatsapp.url,
      },
    },
  });
}

/** Whatever may grow up to a limit is given a small one: it is full before growth is looked for. */
export function soakEnvironment(directory: string, agents: AgentDirectory, { first, second }: SoakVendors): Record<string, string> {
  const account = (name: string, url: string) => ({
    name,
    provider: 'openai-compatible',
    options: { server: 'openai', apiKey: 'env:OPENAI_STAND_IN_KEY', baseUrl: `${url}/v1` },
  });
  const file = join(directory, 'parlance.config.yaml');
  writeFileSync(file, JSON.stringify({ providers: [account('first', first.url), account('second', second.url)] }));
  return {
    TMPDIR: join(directory, 'temporary'),
    PARLANCE_DATA_DIR: join(directory, 'data'),
    PARLANCE_CONFIG_FILE: file,
    PARLANCE_AGENTS_DIR: agents.path,
    PARLANCE_LOG_LEVEL: 'warn',
    PARLANCE_SPEECH_PLAN: 'first,second,local',
    PARLANCE_TRANSCRIPTION_PLAN: 'first,second,local',
    PARLANCE_FIRST_BYTE_MILLISECONDS: '3000',
    PARLANCE_IDLE_MILLISECONDS: '3000',
    PARLANCE_CACHE_BYTES: '1048576',
    PARLANCE_MEMORY_BYTES: '1048576',
    PARLANCE_JOB_RETENTION_HOURS: '0.01',
    PARLANCE_MAX_UPLOAD_BYTES: '1000000',
    PARLANCE_STOP_DELAY_MILLISECONDS: '0',
    OPENAI_STAND_IN_KEY: OPENAI_KEY,
    BOT_TOKEN: TELEGRAM_TOKEN,
    WHATSAPP_TOKEN,
    WHATSAPP_APP_SECRET,
    WHATSAPP_VERIFY_TOKEN,
  };
}
