import { joinTexts, type LanguageTag, type Transcript, type TranscriptSegment, type Usage } from '@parlance/contracts';

/** What was heard in one part, and where the part begins in the whole, in seconds. */
export interface HeardPart {
  offset: number;
  transcript: Transcript;
}

/** The parts of one recording as one transcript, with times of the whole. */
export function joinTranscripts(parts: readonly HeardPart[]): Transcript {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.transcript;
  const last = parts.at(-1);
  const words = parts.flatMap((part, index) => placed(part.transcript.words ?? [], part, parts[index + 1]));
  const segments = parts.flatMap((part, index) => placed(segmentsOf(part.transcript), part, parts[index + 1]));
  const confidences = parts.flatMap(({ transcript }) => (transcript.confidence === undefined ? [] : [transcript.confidence]));
  const language = languageOf(parts);
  return {
    text: joinTexts(parts.map(({ transcript }) => transcript.text.trim())),
    duration: last === undefined ? 0 : last.offset + last.transcript.duration,
    segments,
    ...(words.length === 0 ? {} : { words }),
    ...(confidences.length === 0 ? {} : { confidence: confidences.reduce((sum, one) => sum + one, 0) / confidences.length }),
    ...(language === undefined ? {} : { language }),
    usage: totalUsage(parts),
    warnings: parts.flatMap(({ transcript }) => transcript.warnings),
  };
}

/** With times of the whole. What vendors say of a part's length is rounded, at times to half a minute: nothing reaches into the next part. */
function placed<Timed extends { start: number; end: number }>(timed: readonly Timed[], { offset }: HeardPart, next?: HeardPart): Timed[] {
  const border = next?.offset ?? Number.POSITIVE_INFINITY;
  return timed.map((one) => {
    const { start, end } = shifted(one, offset);
    return { ...one, start: Math.min(start, border), end: Math.min(end, border) };
  });
}

export function shifted<Timed extends { start: number; end: number }>(timed: Timed, offset: number): Timed {
  return { ...timed, start: timed.start + offset, end: timed.end + offset };
}

/** The one most of the text is in: of a part without speech vendors name one all the same. */
function languageOf(parts: readonly HeardPart[]): LanguageTag | undefined {
  const lengths = new Map<LanguageTag, number>();
  for (const { language, text } of parts.map(({ transcript }) => transcript)) {
    if (language !== undefined) lengths.set(language, (lengths.get(language) ?? 0) + text.trim().length);
  }
  const [most] = [...lengths].toSorted(([, one], [, other]) => other - one);
  return most?.[0];
}

/** What the parts cost together; seconds where a provider counted nothing. */
function totalUsage(parts: readonly HeardPart[]): Usage {
  const total: Usage = {};
  for (const { transcript } of parts) {
    for (const [name, value] of Object.entries(transcript.usage ?? { seconds: transcript.duration }) as [keyof Usage, number][]) {
      total[name] = (total[name] ?? 0) + value;
    }
  }
  return total;
}

function segmentsOf({ segments, text, duration }: Transcript): readonly TranscriptSegment[] {
  return segments ?? (text.trim() === '' ? [] : [{ start: 0, end: duration, text }]);
}
