import { UnsupportedError } from '@parlance/contracts';

/** Nobody is left out of the plan: it has nobody, such as that of an agent whose providers are all there for the other way. */
export function nobodyPlanned(does: 'speaks' | 'transcribes'): UnsupportedError {
  const section = does === 'speaks' ? 'a tts_config' : 'an stt_config';
  return new UnsupportedError(
    `None of the providers that may be asked here ${does}. Name one that does in 'providers' (in those of an agent one with ${section}), or configure one.`,
    'providers',
  );
}
