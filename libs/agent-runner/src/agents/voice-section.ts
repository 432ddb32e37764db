import { isRecord } from '../settings/fields.js';
import type { AgentWarning } from '../settings/agent-warning.js';
import { pathOf, unknownFields } from '../settings/read-fields.js';

const LEVELS = ['config', 'simple', 'settings', 'voice_settings'] as const;

export interface VoiceSection {
  /** Absent: the agent has none. */
  value?: unknown;
  /** Where it stands. */
  path: string;
  warnings: AgentWarning[];
  /** `config`, where there is more in it than the voice settings. */
  config?: unknown;
}

/** Finds the voice settings of an agent: at the top, or where the old platform nests them, which goes before. */
export function findVoiceSection(agent: Readonly<Record<string, unknown>>): VoiceSection {
  const top = agent['voice_settings'] ?? undefined;
  const { value: nested, unknown } = descend(agent);
  const { config } = agent;
  const kept = {
    warnings: unknownFields(unknown),
    ...(unknown.length > 0 && { config }),
  };
  if (nested === undefined && top === undefined) {
    const message = 'There are none: voice is off. Write voice_settings: { enabled: true } to switch it on.';
    return { ...kept, path: 'voice_settings', warnings: [...kept.warnings, { path: 'voice_settings', message }] };
  }
  if (nested === undefined) return { ...kept, value: top, path: 'voice_settings' };
  const path = LEVELS.join('.');
  if (top === undefined) return { ...kept, value: nested, path };
  const message = `They have no effect: those of ${path} go before.`;
  return { ...kept, value: nested, path, warnings: [...kept.warnings, { path: 'voice_settings', message }] };
}

/** The nested settings, and what stands beside the way to them. */
function descend(agent: Readonly<Record<string, unknown>>): { value?: unknown; unknown: string[] } {
  const unknown: string[] = [];
  let value: unknown = agent;
  for (const [depth, level] of LEVELS.entries()) {
    const path = LEVELS.slice(0, depth).join('.');
    if (!isRecord(value)) return { unknown: value === undefined || value === null ? unknown : [...unknown, path] };
    // At the top it is the agent's own fields that stand beside.
    const beside = depth === 0 ? [] : Object.keys(value).filter((key) => key !== level);
    for (const key of beside) unknown.push(pathOf(path, key));
    value = Object.hasOwn(value, level) ? value[level] : undefined;
  }
  return { unknown, ...(value !== undefined && value !== null && { value }) };
}
