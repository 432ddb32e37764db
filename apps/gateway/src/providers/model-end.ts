import type { RetiringModel } from '@parlance/providers';

/** The announced end of a model, as it is shown. */
export interface ModelEnd {
  model: string;
  /** The day (`YYYY-MM-DD`, UTC) from which it answers no more. */
  retires: string;
  /** Whole days; negative: it has ended. */
  daysLeft: number;
  /** What to ask for instead, in words. */
  successor?: string;
}

export function modelEnd({ model, retires, daysLeft, successor }: RetiringModel): ModelEnd {
  return { model, retires, daysLeft, ...(successor !== undefined && { successor }) };
}
