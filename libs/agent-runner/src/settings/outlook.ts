import { ParlanceError } from '@parlance/contracts';
import type { PlanOutlook } from '@parlance/voice';

/** A plan that nobody can serve is an answer, too, for whoever only asks. */
export async function outlookOf(outlook: () => PlanOutlook | Promise<PlanOutlook>): Promise<PlanOutlook> {
  try {
    return await outlook();
  } catch (error) {
    if (!(error instanceof ParlanceError)) throw error;
    return { plan: [], skipped: [{ provider: '*', reason: error.message }], languages: [] };
  }
}
