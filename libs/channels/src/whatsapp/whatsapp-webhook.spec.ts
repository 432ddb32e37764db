import { createHmac } from 'node:crypto';
import { WHATSAPP_APP_SECRET as app_secret, WHATSAPP_VERIFY_TOKEN as verify_token } from '@parlance/testing';
import { WhatsAppWebhook } from './whatsapp-webhook.js';

describe('WhatsAppWebhook', () => {
  const webhook = new WhatsAppWebhook({ app_secret, verify_token });
  const asked = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': verify_token };

  it('answers the challenge of who knows the word', () => {
    expect(webhook.verify(asked)).toBe('1158201444');
  });

  it.each([
    [{ 'hub.verify_token': 'a word of our owN' }],
    [{ 'hub.verify_token': '' }],
    [{ 'hub.verify_token': undefined }],
    [{ 'hub.verify_token': [verify_token] }],
    [{ 'hub.verify_token': '', 'hub.mode': 'unsubscribe', 'hub.challenge': '' }],
  ])('does not answer %p', (change) => {
    expect(webhook.verify({ ...asked, ...change })).toBeUndefined();
  });

  it.each([
    ['hub.mode', 'unsubscribe'],
    ['hub.mode', undefined],
    ['hub.challenge', undefined],
    ['hub.challenge', ''],
    ['hub.challenge', ['1', '2']],
    ['hub.challenge', '<script>alert(1)</script>'],
  ])('tells who knows the word what is wrong with %s as %p', (param, value) => {
    const verify = () => webhook.verify({ ...asked, [param]: value });
    expect(verify).toThrow(expect.objectContaining({ code: 'invalid', param }));
    expect(verify).not.toThrow(/script/);
  });

  const body = Buffer.from('{"object":"whatsapp_business_account","name":"Gr\\u00fc\\/e \\ud83d\\udc4b"}');
  const signature = (bytes: Buffer, secret = app_secret) => createHmac('sha256', secret).update(bytes).digest('hex');

  it('knows the signature of the platform, in either case of its digits', () => {
    expect(webhook.isSigned(body, `sha256=${signature(body)}`)).toBe(true);
    expect(webhook.isSigned(body, `sha256=${signature(body).toUpperCase()}`)).toBe(true);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['several', [`sha256=${signature(body)}`]],
    ['one of another secret', `sha256=${signature(body, 'other')}`],
    ['one of another body', `sha256=${signature(Buffer.from('{}'))}`],
    ['one of the body written anew', `sha256=${signature(Buffer.from(JSON.stringify(JSON.parse(body.toString()))))}`],
    ['half of one', `sha256=${signature(body).slice(32)}`],
    ['one with more behind it', `sha256=${signature(body)}00`],
    ['another algorithm', `sha1=${signature(body)}`],
    ['one without algorithm', signature(body)],
    ['no digits', `sha256=${'z'.repeat(64)}`],
  ])('does not take %s', (_name, header) => {
    expect(webhook.isSigned(body, header)).toBe(false);
  });
});
