import type { ChannelName } from './channel.types.js';

/**
 * Where a platform calls for an agent.
 * @param publicUrl how others reach this server, without a slash at its end
 */
export function webhookUrl(publicUrl: string, channel: ChannelName, agent: string): string {
  return `${publicUrl}/webhooks/${channel}/${encodeURIComponent(agent)}`;
}
