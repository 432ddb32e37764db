import { Agents } from '@parlance/agent-runner';
import { MemoryCacheStore } from '@parlance/cache';
import { ChannelBots, readChannelSettings, type ChatQueue, type IncomingMessage } from '@parlance/channels';
import { OTHER_TELEGRAM_TOKEN, TELEGRAM_TOKEN, type TelegramStandIn } from '@parlance/testing';

let number = 0;

export function messageOf(text: string, chat = 'c', more: Partial<IncomingMessage> = {}): IncomingMessage {
  number += 1;
  const base = { channel: 'telegram' as const, agent: 'a', id: `m${process.pid}-${number}`, address: {}, person: { id: 'p' } };
  return { ...base, chat, content: { type: 'text', text }, sentAt: '2026-11-26T00:00:00Z', ...more };
}

export function textOf({ content }: IncomingMessage): string {
  return content.type === 'text' ? content.text : content.type;
}

/** A queue that answers nothing. */
export class KeptMessages implements ChatQueue {
  readonly put = async (message: IncomingMessage): Promise<void> => void this.texts.push(textOf(message));
  readonly texts: string[] = [];
  readonly calls: string[] = [];
  readonly measure = () => Promise.resolve({ waiting: 0, running: 0, oldestSeconds: 0 });
  start = (): void => void this.calls.push('start');
  stop = async (grace: number): Promise<void> => void this.calls.push(`stop ${grace}`);
}

/** Agents with bots at a stand-in for Telegram, which come and go. */
export function botsAt(standIn: TelegramStandIn) {
  const environment = { ONE: TELEGRAM_TOKEN, OTHER: OTHER_TELEGRAM_TOKEN, UNKNOWN: TELEGRAM_TOKEN.replace('AAF', 'XXX') };
  const agents = new Agents({ sections: { channels: readChannelSettings }, environment });
  const bots = new ChannelBots(agents, new MemoryCacheStore());
  const come = (agent: string, token: keyof typeof environment, mode: 'webhook' | 'polling') =>
    agents.register({ agent_id: agent, channels: { telegram: { token: `env:${token}`, mode, base_url: standIn.url } } });
  const go = (agent: string) => agents.register({ agent_id: agent });
  return { bots, come, go };
}
