import { InvalidRequestError } from '@parlance/contracts';
import { GrammyError, HttpError } from 'grammy';
import { telegramFailure, wasNeverSent } from './telegram-failure.js';

const signal = new AbortController().signal;
const secret = 'my words';

function refused(status: number, description: string, parameters = {}): GrammyError {
  const answer = { ok: false as const, error_code: status, description: `${description} ${secret}`, parameters };
  return new GrammyError(secret, answer, 'sendMessage', { text: secret });
}

const broken = (code?: string) => new HttpError(secret, Object.assign(new Error(secret), code === undefined ? {} : { code }));

describe('telegramFailure', () => {
  it.each([
    [400, 'Bad Request: VOICE_MESSAGES_FORBIDDEN', 'unsupported', 'voice_forbidden'],
    [400, 'Bad Request: not enough rights to send voice notes to the chat', 'unsupported', 'voice_forbidden'],
    [400, 'Bad Request: CHAT_SEND_MEDIA_FORBIDDEN', 'unsupported', 'audio_forbidden'],
    [400, 'Bad Request: not enough rights to send music to the chat', 'unsupported', 'audio_forbidden'],
    [400, 'Bad Request: chat not found', 'permission', 'recipient_unavailable'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'permission', 'recipient_unavailable'],
    [400, 'Bad Request: TOPIC_CLOSED', 'permission', 'recipient_unavailable'],
    [403, 'Forbidden: user is deactivated', 'permission', 'recipient_unavailable'],
    [400, 'Bad Request: file is too big', 'too_large', undefined],
    [400, 'Bad Request: wrong remote file identifier specified', 'not_found', 'file_unknown'],
    [400, 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443', 'invalid', 'webhook_refused'],
    [400, 'Bad Request: something new', 'invalid', undefined],
    [401, 'Unauthorized', 'auth', undefined],
    [404, 'Not Found', 'auth', undefined],
    [409, "Conflict: can't use getUpdates method while webhook is active", 'unavailable', 'webhook_set'],
    [409, 'Conflict: terminated by other getUpdates request', 'unavailable', 'polled_elsewhere'],
    [413, 'Request Entity Too Large', 'too_large', undefined],
    [418, 'Odd', 'invalid', undefined],
    [500, 'Internal Server Error', 'server', 'delivery_unknown'],
  ])('knows %i %s', (status, description, code, reason) => {
    const failure = telegramFailure(refused(status, description), signal, true);
    expect([failure.code, failure.reason, failure.provider]).toEqual([code, reason, 'telegram']);
    expect([failure.message, failure.stack, String(failure.cause)].join()).not.toContain(secret);
  });

  it('knows how long to wait', () => {
    expect(telegramFailure(refused(429, 'Too Many Requests', { retry_after: 7 }), signal, true)).toMatchObject({
      code: 'rate',
      retryAfterSeconds: 7,
    });
    expect(telegramFailure(refused(429, 'Too Many Requests'), signal, true).retryAfterSeconds).toBe(1);
  });

  it.each([0, -5, 'soon', null])('waits for a second when it is told to wait %p', (retry_after) => {
    expect(telegramFailure(refused(429, 'Too Many Requests', { retry_after }), signal, true).retryAfterSeconds).toBe(1);
  });

  it.each([
    ['ECONNREFUSED', 'timeout', 'unreachable', true],
    ['ENOTFOUND', 'timeout', 'unreachable', true],
    ['ECONNRESET', 'timeout', 'delivery_unknown', false],
    ['ETIMEDOUT', 'timeout', 'delivery_unknown', false],
    [undefined, 'timeout', 'delivery_unknown', false],
    ['CERT_HAS_EXPIRED', 'server', 'certificate', false],
  ])('knows whether something may have arrived after %p', (cause, code, reason, never) => {
    const failure = telegramFailure(broken(cause), signal, true);
    expect([failure.code, failure.reason, wasNeverSent(failure)]).toEqual([code, reason, never]);
    expect([failure.message, failure.stack, String(failure.cause)].join()).not.toContain(secret);
  });

  it('worries about deliveries only where there is one', () => {
    expect(telegramFailure(broken('ECONNRESET'), signal, false)).toMatchObject({ code: 'timeout', reason: undefined });
    expect(telegramFailure(refused(500, 'Internal Server Error'), signal, false)).toMatchObject({ code: 'server', reason: undefined });
    expect(telegramFailure(new Error(secret), signal, false).message).toBe('Telegram did not answer. Try again.');
  });

  it('leaves alone what is a failure already, and knows who left', () => {
    const failure = new InvalidRequestError('Wrong.');
    expect(telegramFailure(failure, AbortSignal.abort(), true)).toBe(failure);
    const abandoned = (sends: boolean) => telegramFailure(broken('ECONNRESET'), AbortSignal.abort(), sends);
    expect(abandoned(true)).toMatchObject({ code: 'aborted', reason: 'delivery_unknown' });
    expect(abandoned(false)).toMatchObject({ code: 'aborted', reason: undefined });
  });
});
