import { InvalidRequestError, normaliseLanguage } from '@parlance/contracts';
import { within } from './within.js';
import type { PlanEntry, PlanPreference } from './plan.types.js';

/**
 * The entries of a plan with their preferences checked, and their languages as they are written here.
 * @throws InvalidRequestError: naming the field, e.g. `providers[1].speech.speed`, and what it takes
 */
export function checkEntries(entries: readonly PlanEntry[]): readonly PlanEntry[] {
  if (entries.every((entry) => typeof entry === 'string')) return entries;
  refuseDoubles(entries);
  return entries.map((entry, index) => (typeof entry === 'string' ? entry : checkEntry(entry, `providers[${index}]`)));
}

function checkEntry({ speech, transcription, ...entry }: PlanPreference, param: string): PlanPreference {
  return {
    ...entry,
    ...(speech !== undefined && { speech: checkSpeech(speech, `${param}.speech`) }),
    ...(transcription !== undefined && { transcription: checkTranscription(transcription, `${param}.transcription`) }),
  };
}

function checkSpeech(speech: NonNullable<PlanPreference['speech']>, param: string): NonNullable<PlanPreference['speech']> {
  const { language, speed, pitch, volumeGain } = speech;
  if (speed !== undefined) within(`${param}.speed`, speed, 0.25, 4);
  if (pitch !== undefined) within(`${param}.pitch`, pitch, -20, 20);
  if (volumeGain !== undefined) within(`${param}.volumeGain`, volumeGain, -20, 20);
  return language === undefined ? speech : { ...speech, language: normaliseLanguage(language, `${param}.language`) };
}

function checkTranscription(
  transcription: NonNullable<PlanPreference['transcription']>,
  param: string,
): NonNullable<PlanPreference['transcription']> {
  const { language, maximumSeconds } = transcription;
  if (maximumSeconds !== undefined && !(maximumSeconds >= 1)) {
    throw new InvalidRequestError(`'${param}.maximumSeconds' must be a number of at least 1.`, `${param}.maximumSeconds`);
  }
  return language === undefined ? transcription : { ...transcription, language: normaliseLanguage(language, `${param}.language`) };
}

/** What is wanted of a provider is found by its name. */
function refuseDoubles(entries: readonly PlanEntry[]): void {
  const isPlain = (entry: PlanEntry) =>
    typeof entry === 'string' || (entry.speech === undefined && entry.transcription === undefined && entry.account === undefined);
  if (entries.every((entry) => isPlain(entry))) return;
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const name = typeof entry === 'string' ? entry : entry.name;
    if (seen.has(name)) {
      const param = `providers[${index}]`;
      throw new InvalidRequestError(`'${param}' names a provider that is named before it. Name each once.`, param);
    }
    seen.add(name);
  }
}
