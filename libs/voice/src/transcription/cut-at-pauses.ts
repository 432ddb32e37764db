/** Seconds at the end of a part in which its border is looked for. */
const searchSeconds = 6;

/** A stretch of samples, as positions. */
export interface SampleRange {
  start: number;
  end: number;
}

/** Cuts samples into stretches of at most `maximumSeconds`, each border at the quietest moment near the end. */
export function cutAtPauses(samples: Int16Array, sampleRate: number, maximumSeconds: number): SampleRange[] {
  const longest = Math.max(1, Math.floor(maximumSeconds * sampleRate));
  const ranges: SampleRange[] = [];
  let start = 0;
  while (samples.length - start > longest) {
    const end = quietestMoment(samples, start + Math.ceil(longest / 2), start + longest, sampleRate);
    ranges.push({ start, end });
    start = end;
  }
  ranges.push({ start, end: samples.length });
  return ranges;
}

/** The middle of the quietest tenth of a second before `latest`; `latest` itself where there is no room to look. */
function quietestMoment(samples: Int16Array, earliest: number, latest: number, sampleRate: number): number {
  const frame = Math.ceil(sampleRate / 10);
  let least = Number.POSITIVE_INFINITY;
  let quietest = latest;
  for (let at = Math.max(earliest, latest - searchSeconds * sampleRate); at + frame <= latest; at += Math.ceil(frame / 2)) {
    let energy = 0;
    for (let index = at; index < at + frame; index++) energy += samples[index]! * samples[index]!;
    // Of equally quiet moments the last: fewer parts.
    if (energy <= least) {
      least = energy;
      quietest = at + Math.floor(frame / 2);
    }
  }
  return quietest;
}
