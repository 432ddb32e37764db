import {
  AZURE_KEY,
  CARTESIA_KEY,
  DEEPGRAM_KEY,
  ELEVENLABS_KEY,
  GOOGLE_KEY,
  OPENAI_KEY,
  POLLY_KEYS,
  TELEGRAM_TOKEN,
  OTHER_TELEGRAM_TOKEN,
  WHATSAPP_APP_SECRET,
  WHATSAPP_TOKEN,
  YANDEX_KEY,
  YANDEX_TOKEN,
} from '@parlance/testing';

/** What is shorter is everybody's. */
const LEAST_CHARACTERS = 12;
/** Texts are looked for piece by piece: a log may have a part of one. */
const PIECE_CHARACTERS = 24;
/** Of a long text; a leak of its end only is none that anybody has made yet. */
const MOST_PIECES = 40;
const SIGNED_LINK = /[?&](?:x-amz-)?signature=/i;
const SECRET_NAME = /(?:KEY|KEYS|TOKEN|SECRET|PASSWORD)$/;

/** What no log may have in it: keys, and whatever somebody says or hears. */
export class PrivateWords {
  private readonly pieces = new Set<string>();

  add(...words: readonly string[]): void {
    for (const word of words) for (const piece of piecesOf(word)) this.pieces.add(piece);
  }

  /** The secrets among the variables that a process is started with. */
  addSecretsOf(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) {
      if (SECRET_NAME.test(name)) this.add(...value.split(','));
      if (URL.canParse(value)) this.add(new URL(value).password);
    }
  }

  /** The lines that have something private in them. */
  leaksIn(log: string): string[] {
    const found = [...this.pieces].filter((piece) => log.includes(piece));
    const isLeak = (line: string) => SIGNED_LINK.test(line) || found.some((piece) => line.includes(piece));
    return log.split('\n').filter(isLeak);
  }
}

function piecesOf(word: string): string[] {
  // As it stands in a line of JSON, which is as it is for most.
  const text = JSON.stringify(word).slice(1, -1);
  const pieces = text.length < PIECE_CHARACTERS ? [text] : (text.match(new RegExp(`.{${PIECE_CHARACTERS}}`, 'gs')) ?? []);
  return pieces.slice(0, MOST_PIECES).filter((piece) => piece.replaceAll(/\s/g, '').length >= LEAST_CHARACTERS);
}

/** Those of this test. */
export const privateWords = new PrivateWords();
privateWords.add(AZURE_KEY, CARTESIA_KEY, DEEPGRAM_KEY, ELEVENLABS_KEY, GOOGLE_KEY, OPENAI_KEY, ...Object.values(POLLY_KEYS));
privateWords.add(TELEGRAM_TOKEN, OTHER_TELEGRAM_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, YANDEX_KEY, YANDEX_TOKEN);

/** The names of what a text must not have in it, and has. */
export function leaksOf(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.keys(secrets).filter((name) => text.includes(secrets[name]!));
}
