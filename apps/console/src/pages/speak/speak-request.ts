import type { Format } from '../../audio/formats.js';

/** What the form says. */
export interface SpeakFields {
  text: string;
  /** Empty: the provider's own. */
  voice: string;
  /** `provider/model` or an alias; empty: the plan of the gateway. */
  model: string;
  format: Format;
  /** 0.25 to 4. */
  speed: number;
  /** Whether speech that was made before may be taken. */
  cache: boolean;
}

/** The body of `POST /v1/voice/speak`: what is as it is by itself is left out. */
export function bodyOf({ text, voice, model, format, speed, cache }: SpeakFields): Record<string, unknown> {
  return {
    text,
    ...(voice !== '' && { voice }),
    ...(model !== '' && { model }),
    format,
    ...(speed !== 1 && { speed }),
    ...(!cache && { cache }),
  };
}
