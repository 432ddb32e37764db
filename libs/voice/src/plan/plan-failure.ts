import { ParlanceError } from '@parlance/contracts';

/** What a plan has come to when nobody is left: the only failure as it is, several as one without their words. */
export function planFailure(candidates: readonly { provider: { name: string } }[], failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  const outcomes = candidates.map(({ provider }, index) => {
    const failure = failures[index];
    return `${provider.name}: ${failure instanceof ParlanceError ? failure.code : 'server'}`;
  });
  return new ParlanceError('unavailable', `Every provider of the plan has failed (${outcomes.join(', ')}). Try again later.`, {
    cause: failures.at(-1),
  });
}
