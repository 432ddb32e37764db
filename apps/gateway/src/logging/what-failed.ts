import { ParlanceError } from '@parlance/contracts';
import { placesOf } from '@parlance/voice';

/** What a log may say of a failure. */
export interface LoggedFailure {
  name: string;
  /** Ours, that of the system, such as `ECONNREFUSED`, or a status; of the nearest cause that has one. */
  code?: string;
  /** Of our own errors only: nobody knows what others have in theirs, such as the text that could not be read. */
  message?: string;
  /** Where it was thrown. */
  places?: string[];
}

/** Causes may lead back to where they began. */
const DEEPEST_CAUSE = 4;

export function failureOf(error: unknown): LoggedFailure {
  if (!(error instanceof Error)) return { name: typeof error };
  const places = placesOf(error.stack);
  return {
    name: error.name,
    ...codeOf(error),
    ...(error instanceof ParlanceError && { message: error.message }),
    ...(places.length > 0 && { places }),
  };
}

/** The same in a few words, for the middle of a sentence. */
export function whatFailed(error: unknown): string {
  const { name, code, message } = failureOf(error);
  return message ?? (code === undefined ? name : `${name} ${code}`);
}

/** Its own, or that of what it came from: clients wrap what the system told them, some of them twice. */
function codeOf(error: Error): { code?: string } {
  let one: unknown = error;
  for (let depth = 0; depth <= DEEPEST_CAUSE && typeof one === 'object' && one !== null; depth += 1) {
    const { code: own, status, cause } = one as { code?: unknown; status?: unknown; cause?: unknown };
    const code = own ?? status;
    if ((typeof code === 'string' || typeof code === 'number') && /^\w{1,64}$/.test(String(code))) return { code: String(code) };
    one = cause;
  }
  return {};
}
