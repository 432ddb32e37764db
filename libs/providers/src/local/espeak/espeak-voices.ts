import { execFileSync } from 'node:child_process';
import { normaliseLanguage, ParlanceError, type VoiceInfo } from '@parlance/contracts';

/** The name of a voice here is the program's own language code behind this. */
export const ESPEAK_PREFIX = 'espeak/';
export const ESPEAK_MODEL = 'espeak-ng';
const LONGEST_WAIT_MILLISECONDS = 5000;

/**
 * The voices of an installed espeak-ng, or `undefined` when there is no such program. Waits for the program (about
 * 10 ms) because capabilities are data that must be there from the start.
 */
export function findEspeakVoices(program: string): readonly VoiceInfo[] | undefined {
  try {
    const table = execFileSync(program, ['--voices'], {
      encoding: 'utf8',
      timeout: LONGEST_WAIT_MILLISECONDS,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: espeakEnvironment(),
    });
    return parseEspeakVoices(table);
  } catch {
    return undefined;
  }
}

/** The program gets what it needs to be found and to find its data, and no secret of ours. */
export function espeakEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH, ESPEAK_DATA_PATH, SystemRoot } = process.env;
  return { PATH, LD_LIBRARY_PATH, ESPEAK_DATA_PATH, SystemRoot };
}

/** Reads the table `Pty Language Age/Gender VoiceName File Other Languages`. The first voice of a language code counts. */
export function parseEspeakVoices(table: string): readonly VoiceInfo[] {
  const voices = new Map<string, VoiceInfo>();
  // The lower its numbers, the sooner a voice is meant by the name of a language: French is that of France, not of Belgium.
  const lines = table
    .split('\n')
    .slice(1)
    .toSorted((one, other) => highestNumber(one) - highestNumber(other));
  for (const line of lines) {
    const [, , code, , name] = line.split(/\s+/u);
    if (code === undefined || name === undefined || !/^[a-z0-9-]+$/iu.test(code)) continue;
    const tags = [code, ...(line.match(/\(([a-z0-9-]+) \d+\)/giu) ?? []).map((other) => other.slice(1, other.indexOf(' ')))];
    const languages = [...new Set(tags.flatMap((tag) => languageOf(tag)))];
    if (languages.length === 0 || voices.has(code)) continue;
    voices.set(code, { id: ESPEAK_PREFIX + code, name: `eSpeak NG ${name.replaceAll('_', ' ')}`, languages, models: [ESPEAK_MODEL] });
  }
  return [...voices.values()];
}

/** Of its priority, and of those of its other languages. */
function highestNumber(line: string): number {
  return Math.max(0, ...(line.match(/^ *\d+|\d+(?=\))/gu) ?? []).map(Number));
}

function languageOf(tag: string): string[] {
  try {
    return [normaliseLanguage(tag)];
  } catch (error) {
    // Codes that BCP 47 tags cannot be asked for.
    if (error instanceof ParlanceError) return [];
    throw error;
  }
}
