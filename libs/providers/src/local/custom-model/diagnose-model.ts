import { ParlanceError } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';

/** A finding about a model of the user's own; `check` tells what is good about it, or throws. */
export async function diagnoseModel(part: string, check: () => Promise<string>): Promise<ProviderDiagnosis> {
  try {
    return { provider: 'local', part, state: 'ok', detail: await check() };
  } catch (error) {
    const detail = error instanceof ParlanceError ? error.message : 'It failed for an unknown reason.';
    return { provider: 'local', part, state: 'broken', detail, remedy: 'Download the model again, whole, from the sherpa-onnx releases.' };
  }
}
