/**
 * What the old platform's agents name and its vendors serve no more, by provider, and what takes its place. Where that
 * is nothing, the name is left out.
 */
const VOICES: Names = {
  yandex: { oksana: 'marina', alyss: 'john' },
};

/** Google knows these as parts of the voices' names, and takes no model beside them. */
const GOOGLE_TECHNIQUES = ['standard', 'wavenet', 'neural2', 'polyglot', 'studio', 'journey'];
const SPEECH_MODELS: Names = {
  google: Object.fromEntries(GOOGLE_TECHNIQUES.map((technique) => [technique, undefined])),
};

type Names = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** The name to ask for today; `undefined`: none, the provider decides. */
export const voiceOfToday = (provider: string, voice: string | undefined) => nameOfToday(VOICES, provider, voice);
export const speechModelOfToday = (provider: string, model: string | undefined) => nameOfToday(SPEECH_MODELS, provider, model);

function nameOfToday(names: Names, provider: string, asked: string | undefined): string | undefined {
  const renamed = Object.hasOwn(names, provider) ? (names[provider] ?? {}) : {};
  return asked !== undefined && Object.hasOwn(renamed, asked) ? renamed[asked] : asked;
}
