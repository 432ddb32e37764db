import { InvalidRequestError, ParlanceError } from '@parlance/contracts';

/** The bytes of a call as they came: nothing of it is read before it is known whom it is from. */
export function rawCall(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** @throws InvalidRequestError */
export function parseCall<Call>(body: unknown): Call {
  try {
    return JSON.parse(Buffer.from(rawCall(body)).toString('utf8')) as Call;
  } catch {
    throw new InvalidRequestError('The body is not valid JSON.', undefined, { reason: 'invalid_json' });
  }
}

export function notSigned(): ParlanceError {
  return new ParlanceError('auth', 'The call is not signed by the platform.', { reason: 'webhook_not_signed' });
}
