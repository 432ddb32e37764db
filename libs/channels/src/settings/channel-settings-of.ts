import type { Agent } from '@parlance/agent-runner';
import { ChannelSettings } from './channel-settings.js';

const NONE = new ChannelSettings();

/** What an agent says of its channels; the defaults where it says nothing. */
export function channelSettingsOf({ sections }: Pick<Agent, 'sections'>): ChannelSettings {
  return (sections?.get('channels') as ChannelSettings | undefined) ?? NONE;
}
