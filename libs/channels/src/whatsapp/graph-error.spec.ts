import { WHATSAPP_ERROR_CODES, whatsappError } from '@parlance/testing';
import { graphError } from './graph-error.js';

describe('graphError', () => {
  const of = (code: number, words = {}) => {
    const { status, body } = whatsappError(code, words);
    return graphError(status, JSON.parse(body));
  };

  it.each([
    [0, 'auth', 'token_refused'],
    [190, 'auth', 'token_refused'],
    [10, 'permission', 'no_permission'],
    [200, 'permission', 'no_permission'],
    [299, 'permission', 'no_permission'],
    [131005, 'permission', 'no_permission'],
    [133010, 'permission', 'not_registered'],
    [368, 'permission', 'policy_block'],
    [131042, 'quota', 'payment'],
    [4, 'rate', 'rate_limited'],
    [80007, 'rate', 'rate_limited'],
    [130429, 'rate', 'rate_limited'],
    [131048, 'rate', 'spam_limited'],
    [131056, 'rate', 'pair_limited'],
    [100, 'invalid', 'refused'],
    [131008, 'invalid', 'refused'],
    [131009, 'invalid', 'refused'],
    [131000, 'server', 'temporary'],
    [131016, 'server', 'temporary'],
    [131057, 'server', 'temporary'],
    [131047, 'permission', 'window_closed'],
    [131021, 'permission', 'recipient_unavailable'],
    [131026, 'permission', 'recipient_unavailable'],
    [131030, 'permission', 'recipient_unavailable'],
    [131031, 'permission', 'policy_block'],
    [131051, 'unsupported', 'voice_refused'],
    [131052, 'unsupported', 'voice_refused'],
    [131053, 'unsupported', 'voice_refused'],
  ])('knows %i', (code, kind, reason) => {
    expect(of(code)).toMatchObject({ code: kind, reason, graphCode: code });
  });

  it.each([
    [400, 'invalid'],
    [401, 'auth'],
    [403, 'permission'],
    [404, 'not_found'],
    [410, 'not_found'],
    [429, 'rate'],
    [500, 'server'],
    [302, 'server'],
  ])('goes by the status %i otherwise', (status, kind) => {
    for (const body of [undefined, null, 'page', { error: 'no' }, { error: { code: 199 } }, { error: { code: 300 } }]) {
      expect(graphError(status, body).code).toBe(kind);
    }
  });

  it('repeats nothing of what the platform says', () => {
    const words = { title: 'number 4915112345678', details: 'text: marzipan, token EAAJB' };
    for (const code of [...WHATSAPP_ERROR_CODES, 987_654]) {
      const error = of(code, words);
      expect(JSON.stringify([error.message, error.details])).not.toMatch(/4915112345678|marzipan|EAAJB/);
    }
  });

  it('keeps the name of the request, unless it is something else', () => {
    expect(of(100).requestId).toBe('Az8or2yhqkZfEZ-_4Qn_Bam');
    expect(graphError(400, { error: { code: 100, fbtrace_id: 'to +49 151' } }).requestId).toBeUndefined();
  });
});
