import type { LanguageTag } from '@parlance/contracts';
import type { VoiceCatalogue } from '@parlance/voice';
import type { Agent } from '../agents/agent.types.js';
import { outlookOf } from '../settings/outlook.js';
import { speechDefaults, transcriptionDefaults } from '../settings/requests.js';

/** What an agent can say and understand just now, by what is configured and works. */
export interface VoiceAbilities {
  speaks: { voices: readonly { name: string; languages: readonly LanguageTag[] }[]; languages: readonly LanguageTag[] };
  understands: { languages: readonly LanguageTag[] };
}

export async function voiceAbilities(catalogue: VoiceCatalogue, agent: Agent): Promise<VoiceAbilities> {
  const speaking = await outlookOf(() => catalogue.speechOutlook(speechDefaults(agent)));
  const listening = await outlookOf(() => catalogue.transcriptionOutlook(transcriptionDefaults(agent)));
  const names = new Set(agent.voice.enabled ? speaking.plan.map(({ provider }) => provider) : []);
  const voices = catalogue.voices().filter(({ providers }) => providers.some((name) => names.has(name)));
  return {
    speaks: {
      voices: voices.map(({ id, languages }) => ({ name: id, languages })),
      languages: agent.voice.enabled ? speaking.languages : [],
    },
    understands: { languages: agent.voice.enabled ? listening.languages : [] },
  };
}
