import { tool } from '@langchain/core/tools';
import type { VoiceCatalogue } from '@parlance/voice';
import { z } from 'zod';
import { liveTurn } from '../graphs/live-turn.js';
import { voiceAbilities } from './voice-abilities.js';

/**
 * The tools by which a graph speaks and listens. What `speak_reply` says is spoken when the graph has ended; the others
 * answer at once.
 */
export function createVoiceTools(catalogue: VoiceCatalogue) {
  const speakReply = tool(
    ({ text, voice: name, style }, config) => {
      liveTurn(config).speak({ text, ...(name !== undefined && { voice: name }), ...(style !== undefined && { style }) });
      return 'The reply will be spoken. Do not repeat it.';
    },
    {
      name: 'speak_reply',
      description: 'Answers the person with a voice message instead of text. Call it once, with the whole reply, as the last thing.',
      schema: z.object({
        text: z.string().trim().min(1).describe('The whole reply, as it is to be heard: no markup, no lists, no links.'),
        voice: z.string().optional().describe('One of the voices that voice_capabilities lists. Leave it out for the usual one.'),
        style: z.string().optional().describe('How to speak, in a few words, such as "calm and slow".'),
      }),
    },
  );
  const voiceCapabilities = tool(async (_input, config) => JSON.stringify(await voiceAbilities(catalogue, liveTurn(config).agent)), {
    name: 'voice_capabilities',
    description: 'Lists the voices and languages that replies can be spoken in, and the languages that are understood.',
    schema: z.object({}),
  });
  const transcribeAudio = tool(
    async ({ language }, config) => {
      const { transcribe } = liveTurn(config);
      if (transcribe === undefined) return JSON.stringify({ error: 'The message came as text: there is no recording.' });
      const { text, language: heard, duration } = await transcribe(language);
      return JSON.stringify({ text, language: heard ?? null, seconds: duration });
    },
    {
      name: 'transcribe_audio',
      description: 'Tells what is said in the voice message that the person has just sent.',
      schema: z.object({ language: z.string().optional().describe('BCP 47, such as en or pt-BR, when it is known.') }),
    },
  );
  return { speakReply, voiceCapabilities, transcribeAudio };
}

export type VoiceTools = ReturnType<typeof createVoiceTools>;
