import type { SpeechRequest, Warning } from '@parlance/contracts';

type Setting = 'instructions' | 'pitch' | 'volumeGain' | 'sampleRate' | 'speed' | 'options';

const neutral: Readonly<Partial<Record<Setting, unknown>>> = { pitch: 0, volumeGain: 0, speed: 1 };

/** A warning for every setting that was asked for and that the vendor does not have. */
export function ignored(provider: string, request: SpeechRequest, ...settings: readonly (readonly Setting[])[]): Warning[] {
  return settings
    .flat()
    .filter((setting) => request[setting] !== undefined && request[setting] !== neutral[setting])
    .map((setting) => ({
      code: 'unsupported_option',
      param: setting,
      message: `${provider} has no '${setting}' setting: it was left out.`,
    }));
}
