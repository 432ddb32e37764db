import { UnsupportedError, type AudioFormat } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { SpeechJob } from './utterance.js';

/**
 * The job as it can be done where not every format can be encoded: one that cannot comes from those who make it
 * themselves, at a rate of their own.
 * @param encodable what can be encoded on this machine
 * @throws UnsupportedError where nobody makes the format
 */
export function makeable(job: SpeechJob, encodable: readonly AudioFormat[], account: Account): SpeechJob {
  const { sampleRate, ...utterance } = job.utterance;
  const { format } = utterance;
  if (encodable.includes(format)) return job;
  const [first, ...others] = job.candidates.filter(({ provider }) => provider.capabilities.formats.includes(format));
  if (first === undefined) {
    const remedy = format === 'aac' ? ' Install ffmpeg to have aac.' : '';
    throw new UnsupportedError(`'${format}' cannot be made here. Ask for one of: ${encodable.join(', ')}.${remedy}`, 'format');
  }
  const candidates = [first, ...others] as const;
  for (const one of job.candidates) {
    if (!candidates.includes(one)) account.leftOut(one.provider.name, `it has no ${format}, and none can be made here`);
  }
  if (sampleRate !== undefined) {
    const message = `'sampleRate' was left to the provider: ${format} of another rate cannot be made here without ffmpeg.`;
    account.add(undefined, [{ code: 'unsupported_option', param: 'sampleRate', message }]);
  }
  return { ...job, utterance, candidates };
}
