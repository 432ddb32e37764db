import { AbortedError, certificateAdvice, ParlanceError, type ErrorCode } from '@parlance/contracts';
import { errors } from 'undici';
import { GraphError } from './graph-error.js';
import { textField } from './json-fields.js';

const NEVER_CONNECTED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const UNREACHABLE = 'WhatsApp cannot be reached. Look at base_url of the agent and at the network.';

interface Attempt {
  /** Of the caller. */
  signal: AbortSignal;
  /** Whether it took longer than it may as a whole. */
  isLate: boolean;
  /** Whether nothing is done twice when it is made twice. */
  repeatable: boolean;
}

/** What an attempt threw below HTTP. Addresses stay out: only the system's code is looked at. */
export function networkError(error: unknown, { signal, isLate, repeatable }: Attempt): ParlanceError {
  if (signal.aborted) return repeatable ? new AbortedError(signal.reason) : deliveryUnknown('aborted');
  if (error instanceof ParlanceError) return error;
  const code = textField(error, 'code') ?? '';
  const advice = certificateAdvice(code);
  if (advice !== undefined) return new ParlanceError('timeout', `WhatsApp cannot be reached. ${advice}`, { reason: 'unreachable' });
  if (NEVER_CONNECTED.test(code)) return tryAgain('timeout', 'unreachable', UNREACHABLE);
  if (!repeatable) return deliveryUnknown();
  if (isLate || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return tryAgain('timeout', 'no_answer', 'WhatsApp did not answer in time. Try again.');
  }
  return tryAgain('server', 'no_answer', 'The connection to WhatsApp broke. Try again.');
}

function tryAgain(kind: ErrorCode, reason: string, message: string): GraphError {
  return new GraphError({ kind, reason, message }, undefined, undefined, 'temporary', undefined);
}

/** The request was written and nobody knows what became of it: sent again, the person might get it twice. */
export function deliveryUnknown(kind: ErrorCode = 'timeout'): ParlanceError {
  return new ParlanceError(kind, 'WhatsApp did not say whether the message was sent. It is not sent again.', {
    reason: 'delivery_unknown',
  });
}
