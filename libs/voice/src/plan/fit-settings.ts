import type { Range, SpeechCapabilities, SpeechRequest, Warning } from '@parlance/contracts';

type Settings = Pick<SpeechRequest, 'speed' | 'pitch' | 'volumeGain' | 'instructions'>;

/** The settings as a provider can follow them, with a warning for each that was clipped or dropped. */
export function fitSettings(asked: Settings, capabilities: SpeechCapabilities): { settings: Settings; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const fit = (param: 'speed' | 'pitch' | 'volumeGain', neutral: number, range: Range | undefined): number => {
    const value = asked[param];
    if (value === neutral) return neutral;
    if (range === undefined) {
      warnings.push({ code: 'unsupported_option', param, message: `The provider has no '${param}' setting: it was left out.` });
      return neutral;
    }
    const clipped = Math.min(range.max, Math.max(range.min, value));
    if (clipped !== value) {
      warnings.push({
        code: 'clipped',
        param,
        message: `'${param}' was set to ${clipped}: the provider takes ${range.min} to ${range.max}.`,
      });
    }
    return clipped;
  };
  const settings: Settings = {
    speed: fit('speed', 1, capabilities.speed),
    pitch: fit('pitch', 0, capabilities.pitch),
    volumeGain: fit('volumeGain', 0, capabilities.volumeGain),
  };
  if (asked.instructions !== undefined) {
    if (capabilities.instructions) settings.instructions = asked.instructions;
    else
      warnings.push({
        code: 'unsupported_option',
        param: 'instructions',
        message: 'The provider takes no instructions: they were left out.',
      });
  }
  return { settings, warnings };
}
