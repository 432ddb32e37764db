import type { StandInReply } from '../fault.js';

interface GraphErrorKind {
  status: number;
  title: string;
  details?: string;
}

/** By `error.code`, in the platform's words. */
const KINDS: Readonly<Record<number, GraphErrorKind>> = {
  0: { status: 401, title: 'AuthException' },
  4: { status: 400, title: 'Application request limit reached' },
  10: { status: 403, title: 'Application does not have permission for this action' },
  100: { status: 400, title: 'Invalid parameter' },
  190: { status: 401, title: 'Invalid OAuth access token - Cannot parse access token' },
  200: { status: 403, title: 'You do not have the necessary permissions to send messages on behalf of this WhatsApp Business Account' },
  368: { status: 403, title: 'Temporarily blocked for policies violations' },
  80007: { status: 400, title: 'There have been too many calls to this WhatsApp Business account. Wait a bit and try again.' },
  130429: { status: 400, title: 'Rate limit hit', details: 'Cloud API message throughput has been reached.' },
  131000: { status: 500, title: 'Something went wrong', details: 'Message failed to send due to an unknown error.' },
  131005: { status: 403, title: 'Access denied', details: 'Permission is either not granted or has been removed.' },
  131008: { status: 400, title: 'Required parameter is missing', details: 'The request is missing a required parameter.' },
  131009: { status: 400, title: 'Parameter value is not valid', details: 'One or more parameter values are invalid.' },
  131016: { status: 500, title: 'Service unavailable', details: 'A service is temporarily unavailable.' },
  131021: { status: 400, title: 'Recipient cannot be sender', details: 'Sender and recipient phone number is the same.' },
  131026: { status: 400, title: 'Message undeliverable', details: 'Unable to deliver message.' },
  131042: { status: 400, title: 'Business eligibility payment issue', details: 'There was an error related to your payment method.' },
  131047: {
    status: 400,
    title: 'Re-engagement message',
    details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  },
  131048: {
    status: 400,
    title: 'Spam rate limit hit',
    details: 'Message failed to send because there are restrictions on how many messages can be sent from this phone number.',
  },
  131051: { status: 400, title: 'Unsupported message type', details: 'Message type is not currently supported.' },
  131052: { status: 400, title: 'Media download error', details: 'Unable to download the media sent by the user.' },
  131053: { status: 400, title: 'Media upload error', details: 'Unable to upload the media used in the message.' },
  131056: {
    status: 400,
    title: '(Business Account, Consumer Account) pair rate limit hit',
    details:
      'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
  },
  131057: { status: 500, title: 'Account in maintenance mode', details: 'Business Account is in maintenance mode.' },
  133010: { status: 400, title: 'Account not registered', details: 'Phone number not registered on the WhatsApp Business Platform.' },
};

export const WHATSAPP_ERROR_CODES: readonly number[] = Object.keys(KINDS).map(Number);

/** A request that is refused, thrown from wherever it is found. */
export class WhatsAppRefusal extends Error {
  override readonly name = 'WhatsAppRefusal';
  constructor(
    readonly code: number,
    /** In place of the usual ones. */
    readonly words: { title?: string; details?: string; status?: number; type?: string; subcode?: number } = {},
  ) {
    super(words.title ?? KINDS[code]?.title ?? `Error ${code}`);
  }
}

/** 100, as the platform names the parameter at fault. */
export function invalidParameter(title: string): WhatsAppRefusal {
  return new WhatsAppRefusal(100, { title });
}

/** An answer of the platform that refuses: also as a fault, `fail({ kind: 'reply', ...whatsappError(131056) })`. */
export function whatsappError(code: number, words: WhatsAppRefusal['words'] = {}): Required<StandInReply> & { body: string } {
  const kind = KINDS[code];
  const details = words.details ?? kind?.details;
  const error = {
    message: `(#${code}) ${words.title ?? kind?.title ?? `Error ${code}`}`,
    type: words.type ?? 'OAuthException',
    code,
    ...(words.subcode !== undefined && { error_subcode: words.subcode }),
    ...(details !== undefined && { error_data: { messaging_product: 'whatsapp', details } }),
    fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
  };
  return whatsappJson({ error }, words.status ?? kind?.status ?? 400);
}

/** As the code of a status of a message that failed. */
export function statusError(code: number): object {
  const kind = KINDS[code];
  const title = kind?.title ?? `Error ${code}`;
  return { code, title, message: title, error_data: { details: kind?.details ?? title } };
}

export function whatsappJson(body: object, status = 200): Required<StandInReply> & { body: string } {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}
