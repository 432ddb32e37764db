import type { VoiceInfo } from '@parlance/contracts';

const AURA_2: Readonly<Record<string, string>> = {
  en:
    'thalia andromeda apollo arcas aries helena amalthea asteria athena atlas aurora callista cora cordelia delia draco electra harmonia hera ' +
    'hermes hyperion iris janus juno jupiter luna mars minerva neptune odysseus ophelia orion orpheus pandora phoebe pluto saturn selene theia vesta zeus',
  es: 'celeste estrella nestor agustina alvaro antonia aquila carina diana gloria javier luciano olivia selena silvia sirio valerio',
  de: 'viktoria julius aurelia elara fabian kara lara',
  fr: 'agathe hector',
  nl: 'rhea sander beatrix cornelia daphne hestia lars leda roman',
  it: 'livia dionisio cesare cinzia demetra elio flavio maia melia',
  ja: 'fujin izanami ama ebisu uzume',
};

const AURA_1 = 'asteria luna stella athena hera orion arcas perseus angus orpheus helios zeus';

/** A voice is named by the model, its own name and its language in one word: `aura-2-thalia-en`. */
export const DEEPGRAM_VOICES: readonly VoiceInfo[] = [
  ...Object.entries(AURA_2).flatMap(([language, names]) => voices('aura-2', names, language)),
  ...voices('aura', AURA_1, 'en'),
];

export const DEEPGRAM_SPEECH_LANGUAGES: readonly string[] = Object.keys(AURA_2);

/** Aura 2 changes its pace in these; the others take no `speed`. */
export function takesSpeed(voice: string): boolean {
  return /^aura-2-.+-(?:en|es)$/.test(voice);
}

function voices(model: string, names: string, language: string): VoiceInfo[] {
  return names.split(' ').map((name) => ({ id: `${model}-${name}-${language}`, name, languages: [language], models: [model] }));
}
