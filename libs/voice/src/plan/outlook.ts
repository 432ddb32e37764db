import type { LanguageTag, TraceCandidate } from '@parlance/contracts';
import type { PlanOutlook } from '../voice.types.js';
import type { Plan } from './plan.types.js';

interface Candidate {
  barred?: string;
  provider: { capabilities: { languages: readonly LanguageTag[] } };
}

/** A plan for those who only want to know. */
export function outlook<Planned extends Candidate>(plan: Plan<Planned>, trace: (candidate: Planned) => TraceCandidate): PlanOutlook {
  const asked = plan.candidates.filter(({ barred }) => barred === undefined);
  const languages = new Set(asked.flatMap(({ provider }) => provider.capabilities.languages));
  return { plan: asked.map((candidate) => trace(candidate)), skipped: plan.skipped, languages: [...languages] };
}
