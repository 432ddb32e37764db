import { ParlanceError } from '@parlance/contracts';

/** Throws what it is given, with the field at fault under the name that this route's callers know. */
export function renamingParam(names: Readonly<Record<string, string>>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ParlanceError) || error.param === undefined) throw error;
    const { code, message, provider, reason, retryAfterSeconds, requestId, cause } = error;
    const details = { param: names[error.param] ?? error.param, provider, reason, retryAfterSeconds, requestId, cause };
    throw new ParlanceError(code, message, Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)));
  };
}
