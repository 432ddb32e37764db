import { UnsupportedError } from '@parlance/contracts';
import {
  VoiceCatalogue,
  VoiceService,
  type PlanOutlook,
  type SpeakRequest,
  type StoredSpeech,
  type Transcription,
  type UnstoredSpeech,
} from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { Agent } from '../agents/agent.types.js';
import { Agents } from '../agents/agents.js';
import { speechDefaults, transcriptionDefaults } from '../settings/requests.js';
import { outlookOf } from '../settings/outlook.js';

/** What voice services an agent gets. */
export interface AgentVoiceServices {
  success: boolean;
  /** In the order in which they are asked. */
  sttProviders: readonly string[];
  ttsProviders: readonly string[];
  /** Why others are not asked, in words. */
  errors: readonly string[];
}

/** Who would be asked just now, and who would not. */
export interface VoiceHealth {
  /** Somebody speaks and somebody transcribes. */
  healthy: boolean;
  stt: PlanOutlook;
  tts: PlanOutlook;
}

/** A message as the platform before called it. */
export interface AgentMessage {
  agentId: string;
  userId: string;
  /** The agent's JSON; absent: the agent that is known by the id. */
  agentConfig?: unknown;
}

/**
 * The methods that other modules of the platform before called. They hear and speak as an agent's settings say;
 * none of them looks at what is meant. For whole turns there is `AgentRunner`.
 */
@Injectable()
export class AgentVoice {
  constructor(
    private readonly agents: Agents,
    private readonly voice: VoiceService,
    private readonly catalogue: VoiceCatalogue,
  ) {}

  /** @param agent an id, or the agent's JSON @throws ParlanceError for an agent that cannot be read */
  async initializeForAgent(agent: string | Readonly<Record<string, unknown>>): Promise<AgentVoiceServices> {
    const known = typeof agent === 'string' ? this.agents.get(agent) : this.agents.read(agent);
    if (!known.voice.enabled)
      return { success: false, sttProviders: [], ttsProviders: [], errors: [`voice is off: 'voice_settings.enabled' is false`] };
    const stt = await outlookOf(() => this.catalogue.transcriptionOutlook(transcriptionDefaults(known)));
    const tts = await outlookOf(() => this.catalogue.speechOutlook(speechDefaults(known)));
    const reasons = (operation: string, { skipped }: PlanOutlook) =>
      skipped.map(({ provider, reason }) => `${operation} ${provider}: ${reason}`);
    const [sttProviders, ttsProviders] = [namesOf(stt), namesOf(tts)];
    const errors = [...reasons('stt', stt), ...reasons('tts', tts)];
    return { success: sttProviders.length + ttsProviders.length > 0, sttProviders, ttsProviders, errors };
  }

  /** What a recording says. @throws ParlanceError; `voice_disabled` where voice is off */
  async processVoiceMessage(message: AgentMessage & { audio: Uint8Array; filename?: string }, signal: AbortSignal): Promise<Transcription> {
    const { audio, filename, userId } = message;
    const named = filename === undefined ? {} : { filename };
    return this.voice.transcribe({ ...transcriptionDefaults(this.agentOf(message)), audio, ...named, user: userId }, signal);
  }

  /** A text as stored speech, or as speech while nothing can be stored. @throws ParlanceError; `voice_disabled` where voice is off */
  async synthesizeResponse(message: AgentMessage & { text: string }, signal: AbortSignal): Promise<StoredSpeech | UnstoredSpeech> {
    const request: SpeakRequest = { ...speechDefaults(this.agentOf(message)), text: message.text, user: message.userId };
    return this.voice.speakToFileIfPossible(request, signal);
  }

  /** Of the service's own plan. Asks no vendor, and costs nothing. */
  async health(): Promise<VoiceHealth> {
    const stt = await outlookOf(() => this.catalogue.transcriptionOutlook({}));
    const tts = await outlookOf(() => this.catalogue.speechOutlook({}));
    return { healthy: stt.plan.length > 0 && tts.plan.length > 0, stt, tts };
  }

  private agentOf({ agentId, agentConfig }: AgentMessage): Agent {
    const agent = agentConfig === undefined ? this.agents.get(agentId) : this.agents.read(agentConfig, agentId);
    if (agent.voice.enabled) return agent;
    throw new UnsupportedError(`The agent '${agent.id}' neither hears nor speaks: its 'voice_settings.enabled' is false.`, undefined, {
      reason: 'voice_disabled',
    });
  }
}

function namesOf({ plan }: PlanOutlook): string[] {
  return plan.map(({ provider }) => provider);
}
