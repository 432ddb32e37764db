import { normaliseLanguage, primaryLanguage, type LanguageTag, type VoiceInfo } from '@parlance/contracts';

/** Language codes of the voice as Polly writes them, the voice, its engines. The first is the default. */
const rows: readonly (readonly [codes: string, voice: string, engines: string])[] = [
  ['en-US', 'Joanna', 'neural generative standard'],
  ['en-US', 'Matthew', 'neural generative standard'],
  ['en-US', 'Danielle', 'neural generative long-form'],
  ['en-US', 'Gregory', 'neural long-form'],
  ['en-US', 'Ivy', 'neural standard'],
  ['en-US', 'Joey', 'neural standard'],
  ['en-US', 'Justin', 'neural standard'],
  ['en-US', 'Kendra', 'neural standard'],
  ['en-US', 'Kevin', 'neural'],
  ['en-US', 'Kimberly', 'neural standard'],
  ['en-US', 'Ruth', 'neural generative long-form'],
  ['en-US', 'Salli', 'neural generative standard'],
  ['en-US', 'Stephen', 'neural generative'],
  ['en-US', 'Tiffany', 'generative'],
  ['en-GB', 'Amy', 'neural generative standard'],
  ['en-GB', 'Arthur', 'neural'],
  ['en-GB', 'Brian', 'neural generative standard'],
  ['en-GB', 'Emma', 'neural standard'],
  ['en-GB-WLS', 'Geraint', 'standard'],
  ['en-AU', 'Olivia', 'neural generative'],
  ['en-AU', 'Nicole', 'standard'],
  ['en-AU', 'Russell', 'standard'],
  ['en-IE', 'Niamh', 'neural generative'],
  ['en-IN hi-IN', 'Kajal', 'neural generative'],
  ['en-IN hi-IN', 'Aditi', 'standard'],
  ['en-IN', 'Raveena', 'standard'],
  ['en-NZ', 'Aria', 'neural generative'],
  ['en-SG', 'Jasmine', 'neural generative'],
  ['en-ZA', 'Ayanda', 'neural generative'],
  ['ar-AE', 'Hala', 'neural'],
  ['ar-AE', 'Zayd', 'neural'],
  ['arb', 'Zeina', 'standard'],
  ['ca-ES', 'Arlet', 'neural'],
  ['cs-CZ', 'Jitka', 'neural'],
  ['cy-GB', 'Gwyneth', 'standard'],
  ['da-DK', 'Sofie', 'neural'],
  ['da-DK', 'Mads', 'standard'],
  ['da-DK', 'Naja', 'standard'],
  ['de-DE', 'Vicki', 'neural generative standard'],
  ['de-DE', 'Daniel', 'neural generative'],
  ['de-DE', 'Lennart', 'generative'],
  ['de-DE', 'Hans', 'standard'],
  ['de-DE', 'Marlene', 'standard'],
  ['de-AT', 'Hannah', 'neural'],
  ['de-CH', 'Sabrina', 'neural generative'],
  ['es-ES', 'Lucia', 'neural generative standard'],
  ['es-ES', 'Sergio', 'neural generative'],
  ['es-ES', 'Conchita', 'standard'],
  ['es-ES', 'Enrique', 'standard'],
  ['es-MX', 'Mia', 'neural generative standard'],
  ['es-MX', 'Andres', 'neural generative'],
  ['es-US', 'Lupe', 'neural generative standard'],
  ['es-US', 'Pedro', 'neural generative'],
  ['es-US', 'Miguel', 'standard'],
  ['es-US', 'Penelope', 'standard'],
  ['fi-FI', 'Suvi', 'neural'],
  ['fr-FR', 'Lea', 'neural generative standard'],
  ['fr-FR', 'Remi', 'neural generative'],
  ['fr-FR', 'Ambre', 'generative'],
  ['fr-FR', 'Florian', 'generative'],
  ['fr-FR', 'Celine', 'standard'],
  ['fr-FR', 'Mathieu', 'standard'],
  ['fr-BE', 'Isabelle', 'neural'],
  ['fr-CA', 'Gabrielle', 'neural'],
  ['fr-CA', 'Liam', 'neural'],
  ['fr-CA', 'Chantal', 'standard'],
  ['is-IS', 'Dora', 'standard'],
  ['is-IS', 'Karl', 'standard'],
  ['it-IT', 'Bianca', 'neural generative standard'],
  ['it-IT', 'Adriano', 'neural'],
  ['it-IT', 'Beatrice', 'generative'],
  ['it-IT', 'Lorenzo', 'generative'],
  ['it-IT', 'Carla', 'standard'],
  ['it-IT', 'Giorgio', 'standard'],
  ['ja-JP', 'Takumi', 'neural standard'],
  ['ja-JP', 'Kazuha', 'neural'],
  ['ja-JP', 'Tomoko', 'neural'],
  ['ja-JP', 'Mizuki', 'standard'],
  ['ko-KR', 'Seoyeon', 'neural generative standard'],
  ['ko-KR', 'Jihye', 'neural'],
  ['nb-NO', 'Ida', 'neural'],
  ['nb-NO', 'Liv', 'standard'],
  ['nl-NL', 'Laura', 'neural generative'],
  ['nl-NL', 'Lotte', 'standard'],
  ['nl-NL', 'Ruben', 'standard'],
  ['nl-BE', 'Lisa', 'neural generative'],
  ['pl-PL', 'Ola', 'neural'],
  ['pl-PL', 'Ewa', 'standard'],
  ['pl-PL', 'Jacek', 'standard'],
  ['pl-PL', 'Jan', 'standard'],
  ['pl-PL', 'Maja', 'standard'],
  ['pt-BR', 'Camila', 'neural generative standard'],
  ['pt-BR', 'Thiago', 'neural'],
  ['pt-BR', 'Vitoria', 'neural standard'],
  ['pt-BR', 'Ricardo', 'standard'],
  ['pt-PT', 'Ines', 'neural standard'],
  ['pt-PT', 'Cristiano', 'standard'],
  ['ro-RO', 'Carmen', 'standard'],
  ['ru-RU', 'Tatyana', 'standard'],
  ['ru-RU', 'Maxim', 'standard'],
  ['sv-SE', 'Elin', 'neural'],
  ['sv-SE', 'Astrid', 'standard'],
  ['tr-TR', 'Burcu', 'neural'],
  ['tr-TR', 'Filiz', 'standard'],
  ['cmn-CN', 'Zhiyu', 'neural standard'],
  ['yue-CN', 'Hiujin', 'neural'],
];

export const POLLY_VOICES: readonly VoiceInfo[] = rows.map(([codes, id, engines]) => ({
  id,
  name: id,
  languages: codes.split(' ').map((code) => tagOf(code)),
  models: engines.split(' '),
}));

export const POLLY_LANGUAGES: readonly LanguageTag[] = [...new Set(POLLY_VOICES.flatMap(({ languages }) => languages))];

const codesByVoice: ReadonlyMap<string, readonly string[]> = new Map(rows.map(([codes, voice]) => [voice, codes.split(' ')]));
const everyCode = [...new Set(rows.flatMap(([codes]) => codes.split(' ')))];

/**
 * The language as Polly writes it, for this voice: `zh` is `cmn-CN`, `en` is what the voice speaks. `undefined`
 * leaves it to the voice.
 */
export function languageCodeOf(voice: string, language: LanguageTag): string | undefined {
  const codes = codesByVoice.get(voice);
  // Which region a voice of one's own speaks is not for us to guess.
  if (codes === undefined) return everyCode.find((code) => tagOf(code) === language);
  return codes.find((code) => tagOf(code) === language) ?? codes.find((code) => primaryLanguage(tagOf(code)) === primaryLanguage(language));
}

/** `arb` -> `ar`, `cmn-CN` -> `zh-CN`. Welsh English has no tag of its own. */
function tagOf(code: string): LanguageTag {
  return code === 'en-GB-WLS' ? 'en-GB' : normaliseLanguage(code);
}
