import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { field, numberField, textField } from './json-fields.js';

/** How the same call is tried again: `BackOff` has the pauses of each. */
export type Patience = 'pair' | 'busy' | 'temporary';

interface Meaning {
  kind: ErrorCode;
  reason: string;
  message: string;
  patience?: Patience;
}

/** A failure that the Graph API has told, or that its status tells. */
export class GraphError extends ParlanceError {
  override readonly name = 'GraphError';
  constructor(
    { kind, reason, message }: Meaning,
    requestId: string | undefined,
    /** `error.code`; absent: the answer was none of the Graph API. */
    readonly graphCode: number | undefined,
    readonly patience: Patience | undefined,
    /** What of the request the platform names as the cause. */
    readonly about: 'context' | undefined,
  ) {
    super(kind, message, { reason, ...(requestId !== undefined && { requestId }) });
  }
}

const AUTH: Meaning = {
  kind: 'auth',
  reason: 'token_refused',
  message: 'WhatsApp refused the access token. Give the agent one that is still good.',
};
const NO_PERMISSION: Meaning = {
  kind: 'permission',
  reason: 'no_permission',
  message: 'WhatsApp does not allow this with the access token. Look at its permissions and at the state of the account.',
};
const BUSY: Meaning = {
  kind: 'rate',
  reason: 'rate_limited',
  message: 'WhatsApp is asked too often for this number. Try again later.',
  patience: 'busy',
};
const INVALID: Meaning = {
  kind: 'invalid',
  reason: 'refused',
  message: 'WhatsApp refused the request. Look at phone_number_id and api_version of the agent.',
};
const TEMPORARY: Meaning = {
  kind: 'server',
  reason: 'temporary',
  message: 'WhatsApp cannot do it just now. Try again later.',
  patience: 'temporary',
};
const UNAVAILABLE: Meaning = {
  kind: 'permission',
  reason: 'recipient_unavailable',
  message: 'WhatsApp cannot deliver to this person: there is no such account, it takes no such messages, or it is the sender itself.',
};
const VOICE_REFUSED: Meaning = {
  kind: 'unsupported',
  reason: 'voice_refused',
  message: 'WhatsApp does not take this recording. Answer in text.',
};

/** The one table of what `error.code` means. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  0: AUTH,
  190: AUTH,
  10: NO_PERMISSION,
  131005: NO_PERMISSION,
  131031: {
    ...NO_PERMISSION,
    reason: 'policy_block',
    message: 'WhatsApp has locked the account. Look at it in the manager of the account.',
  },
  133010: { ...NO_PERMISSION, reason: 'not_registered', message: 'The number is not registered with WhatsApp. Register it first.' },
  368: { ...NO_PERMISSION, reason: 'policy_block', message: 'WhatsApp has blocked the account for a breach of its policies.' },
  131042: { kind: 'quota', reason: 'payment', message: 'WhatsApp asks for a way of payment. Look at the payment settings of the account.' },
  4: BUSY,
  80007: BUSY,
  130429: BUSY,
  131048: { ...BUSY, reason: 'spam_limited', message: 'WhatsApp has limited this number since people reported it. Send less for now.' },
  131056: {
    ...BUSY,
    reason: 'pair_limited',
    message: 'Too many messages were sent to this person in a short time. Wait.',
    patience: 'pair',
  },
  100: INVALID,
  131008: INVALID,
  131009: INVALID,
  2: TEMPORARY,
  131000: TEMPORARY,
  131016: TEMPORARY,
  131057: TEMPORARY,
  131047: {
    kind: 'permission',
    reason: 'window_closed',
    message: 'More than 24 hours have passed since the person wrote. The person must write first, then they can be answered.',
  },
  131021: UNAVAILABLE,
  131026: UNAVAILABLE,
  131030: {
    ...UNAVAILABLE,
    message: 'This is a number for tests, which may write to few people only. Put the person on its list, or use another number.',
  },
  131051: VOICE_REFUSED,
  131052: VOICE_REFUSED,
  131053: VOICE_REFUSED,
};

const GONE: Meaning = { kind: 'not_found', reason: 'not_found', message: 'WhatsApp does not have what was asked for.' };
const BROKEN: Meaning = { ...TEMPORARY, reason: 'vendor_failed', message: 'WhatsApp failed. Try again later.' };

/**
 * What an answer that is no success stands for. The platform's own words may name the person or repeat a text: they are
 * looked at, and kept nowhere.
 * @param body the parsed JSON; `undefined`: none
 */
export function graphError(status: number, body: unknown): GraphError {
  const told = field(body, 'error');
  const code = numberField(told, 'code');
  const meaning = (code === undefined ? undefined : meaningOf(code)) ?? meaningOfStatus(status);
  const trace = textField(told, 'fbtrace_id');
  const words = `${textField(told, 'message') ?? ''} ${textField(field(told, 'error_data'), 'details') ?? ''}`;
  const requestId = trace !== undefined && /^[\w-]{1,64}$/.test(trace) ? trace : undefined;
  return new GraphError(meaning, requestId, code, meaning.patience, namedIn(words));
}

/** Whether the platform itself says what failed. Anything else may be a proxy's word about a request that went through. */
export function isKnownFailure(body: unknown): boolean {
  const code = numberField(field(body, 'error'), 'code');
  return code !== undefined && meaningOf(code) !== undefined;
}

/** Whether it is what was sent that is not taken: something else may be. */
export function isRefusal(kind: ErrorCode): boolean {
  return ['unsupported', 'invalid', 'not_found'].includes(kind);
}

/** The same, of a code that is told after a message was taken. */
export function isRefusalCode(code: number): boolean {
  const meaning = meaningOf(code);
  return meaning !== undefined && isRefusal(meaning.kind);
}

function meaningOf(code: number): Meaning | undefined {
  return MEANINGS[code] ?? (code >= 200 && code <= 299 ? NO_PERMISSION : undefined);
}

function meaningOfStatus(status: number): Meaning {
  if (status === 401) return AUTH;
  if (status === 403) return NO_PERMISSION;
  if (status === 404 || status === 410) return GONE;
  if (status === 429) return BUSY;
  return status >= 400 && status < 500 ? INVALID : BROKEN;
}

function namedIn(words: string): GraphError['about'] {
  return /context/i.test(words) ? 'context' : undefined;
}
