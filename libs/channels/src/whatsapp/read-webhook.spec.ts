import * as fc from 'fast-check';
import { WHATSAPP_PHONE_NUMBER_ID as phoneNumberId } from '@parlance/testing';
import { readWebhook } from './read-webhook.js';

const now = Date.UTC(2026, 10, 25, 12);
const timestamp = String(now / 1000 - 60);
const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
const ada = { profile: { name: 'Ada' }, wa_id: '4915112345678', user_id: 'DE.1349120865' };
const hash = 'a'.repeat(64);

const change = (value: object, field = 'messages') => ({ field, value: { messaging_product: 'whatsapp', metadata, ...value } });
const callOf = (...changes: object[]) => ({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });
const read = (body: unknown) => readWebhook(body, 'support', phoneNumberId, now);
const one = (message: object, contacts: object[] = [ada]) =>
  read(callOf(change({ contacts, messages: [{ from: ada.wa_id, id: 'wamid.1', timestamp, ...message }] }))).messages[0];
const text = { type: 'text', text: { body: 'Hello.' } };

describe('readWebhook', () => {
  it('reads a voice note', () => {
    const audio = {
      mime_type: 'audio/ogg; codecs=opus',
      sha256: Buffer.from(hash, 'hex').toString('base64'),
      id: '17',
      url: 'https://x.test/',
      voice: true,
    };
    expect(one({ type: 'audio', audio })).toEqual({
      channel: 'whatsapp',
      agent: 'support',
      id: 'wamid.1',
      chat: 'DE.1349120865',
      address: { phone: '4915112345678', user: 'DE.1349120865' },
      person: { id: 'DE.1349120865', name: 'Ada' },
      content: { type: 'voice', media: { id: '17', mediaType: 'audio/ogg; codecs=opus', sha256: hash, url: 'https://x.test/' } },
      sentAt: '2026-11-25T11:59:00.000Z',
    });
  });

  it('goes through JSON and back', () => {
    const message = one(text);
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    [text, { type: 'text', text: 'Hello.' }],
    [
      { type: 'button', button: { payload: 'x', text: 'Yes' } },
      { type: 'text', text: 'Yes' },
    ],
    [
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: '1', title: 'No' } } },
      { type: 'text', text: 'No' },
    ],
    [
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: '1', title: 'Red' } } },
      { type: 'text', text: 'Red' },
    ],
    [
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: {} } },
      { type: 'other', kind: 'interactive' },
    ],
    [
      { type: 'audio', audio: { id: '17', voice: false, sha256: hash.toUpperCase() } },
      { type: 'voice', media: { id: '17', sha256: hash } },
    ],
    [
      { type: 'audio', audio: { id: '17', sha256: 'none' } },
      { type: 'voice', media: { id: '17' } },
    ],
    [
      { type: 'document', document: { id: '18', mime_type: 'audio/mpeg', filename: 'a.mp3' } },
      { type: 'voice', media: { id: '18', mediaType: 'audio/mpeg', filename: 'a.mp3' } },
    ],
    [
      { type: 'document', document: { id: '18', mime_type: 'Application/Ogg; codecs=opus' } },
      { type: 'voice', media: { id: '18', mediaType: 'Application/Ogg; codecs=opus' } },
    ],
    [
      { type: 'document', document: { id: '18', mime_type: 'application/octet-stream', filename: 'call.M4A' } },
      { type: 'voice', media: { id: '18', mediaType: 'application/octet-stream', filename: 'call.M4A' } },
    ],
    [
      { type: 'document', document: { id: '18', mime_type: 'video/ogg', filename: 'film.ogg' } },
      { type: 'other', kind: 'document' },
    ],
    [
      { type: 'document', document: { id: '18', mime_type: 'application/pdf' } },
      { type: 'other', kind: 'document' },
    ],
    [
      { type: 'sticker', sticker: { id: '1' } },
      { type: 'other', kind: 'sticker' },
    ],
    [
      { type: 'reaction', reaction: { emoji: '👍' } },
      { type: 'other', kind: 'reaction' },
    ],
    [
      { type: 'audio', audio: {} },
      { type: 'other', kind: 'audio' },
    ],
    [
      { type: 'text', text: 'Hello.' },
      { type: 'other', kind: 'text' },
    ],
    [
      { type: 'text', text: { body: ' \n\t' } },
      { type: 'other', kind: 'text' },
    ],
    [
      { type: 'unsupported', errors: [{ code: 131051 }], unsupported: { type: 'edit' } },
      { type: 'other', kind: 'edit' },
    ],
    [
      { type: 'unsupported', errors: [{ code: 131051 }], unsupported: { type: 'Drop table;' } },
      { type: 'other', kind: 'unknown' },
    ],
    [
      { type: 'unsupported', errors: [{ code: 131051 }] },
      { type: 'other', kind: 'unsupported' },
    ],
    [{ type: 'Drop table;' }, { type: 'other', kind: 'unknown' }],
    [{}, { type: 'other', kind: 'unknown' }],
  ])('reads %j', (message, content) => {
    expect(one(message)?.content).toEqual(content);
  });

  it('reads who wrote, with number, id, or both', () => {
    const sender = (message: object, contacts: object[]) => {
      const found = one({ ...text, ...message }, contacts);
      return [found?.person, found?.address];
    };
    const { user_id: user, wa_id: phone, profile } = ada;
    expect(sender({}, [{ profile, wa_id: phone }])).toEqual([{ id: phone, name: 'Ada' }, { phone }]);
    expect(sender({ from: undefined, from_user_id: user }, [{ profile, user_id: user }])).toEqual([{ id: user, name: 'Ada' }, { user }]);
    expect(sender({ from: undefined }, [{ profile, user_id: user }])).toEqual([{ id: user, name: 'Ada' }, { user }]);
    expect(sender({}, [{ profile, user_id: user }])).toEqual([
      { id: user, name: 'Ada' },
      { phone, user },
    ]);
    expect(sender({}, [])).toEqual([{ id: phone }, { phone }]);
    expect(sender({}, [{ profile: { name: 'Eve' }, wa_id: '1', user_id: 'US.1' }])).toEqual([{ id: phone }, { phone }]);
    const eve = { profile: { name: 'Eve' }, wa_id: '1', user_id: 'US.1' };
    expect(sender({ from: undefined, from_user_id: user }, [eve])).toEqual([{ id: user }, { user }]);
    expect(sender({ from_user_id: user }, [{ ...eve, wa_id: phone }])).toEqual([{ id: user }, { phone, user }]);
    expect(sender({ from: undefined }, [])).toEqual([undefined, undefined]);
  });

  it('reads everything in one call, of this number only', () => {
    const grace = { profile: { name: 'Grace' }, user_id: 'US.1' };
    const messages = [
      { from: ada.wa_id, id: 'wamid.1', timestamp, ...text },
      { from_user_id: 'US.1', id: 'wamid.2', timestamp, ...text },
    ];
    const statuses = [
      { id: 'wamid.9', status: 'delivered', timestamp, recipient_id: '1' },
      {
        id: 'wamid.8',
        status: 'failed',
        timestamp,
        errors: [{ code: 131053, title: 'Media upload error' }],
        biz_opaque_callback_data: 'wamid.1',
      },
      { id: 'wamid.7', status: 'teleported', timestamp },
      { status: 'sent', timestamp },
    ];
    const elsewhere = {
      ...change({ contacts: [ada], messages }),
      value: { metadata: { phone_number_id: '1' }, contacts: [ada], messages },
    };
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        { id: '1', changes: [change({ contacts: [ada, grace], messages }), elsewhere] },
        { id: '2', changes: [change({ statuses }), change({ contacts: [ada], messages: [{ ...messages[0], id: 'wamid.3' }] })] },
        { id: '3', changes: [change({ messages }, 'smb_message_echoes')] },
      ],
    };
    const found = read(Buffer.from(JSON.stringify(body)));
    expect(found.messages.map(({ id, person }) => [id, person.name])).toEqual([
      ['wamid.1', 'Ada'],
      ['wamid.2', 'Grace'],
      ['wamid.3', 'Ada'],
    ]);
    expect(found.statuses).toEqual([
      { id: 'wamid.9', state: 'delivered', at: '2026-11-25T11:59:00.000Z' },
      { id: 'wamid.8', state: 'failed', at: '2026-11-25T11:59:00.000Z', errorCode: 131053, answered: 'wamid.1' },
    ]);
  });

  it('leaves out what is too old, of a group, or without a time', () => {
    const week = 7 * 24 * 3600;
    const ages = [week, week + 1].map((age) => one({ ...text, timestamp: String(now / 1000 - age) })?.id);
    expect(ages).toEqual(['wamid.1', undefined]);
    expect(one({ ...text, group_id: 'g' })).toBeUndefined();
    for (const wrong of [undefined, '', 'now', '-1', '99999999999999', {}]) expect(one({ ...text, timestamp: wrong })).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { object: 'page', entry: [] },
    { object: 'whatsapp_business_account' },
    Buffer.from('{'),
    Buffer.alloc(0),
  ])('refuses %p', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid', reason: 'webhook_unreadable' }));
  });

  it('takes whatever is within a call without failing', () => {
    const junk = fc.anything({ maxDepth: 3 });
    const message = fc.record({
      id: junk,
      from: junk,
      timestamp: fc.oneof(junk, fc.constant(timestamp)),
      type: junk,
      audio: junk,
      text: junk,
    });
    const value = fc.record({
      metadata: fc.constant(metadata),
      contacts: junk,
      messages: fc.oneof(junk, fc.array(message)),
      statuses: junk,
    });
    const changes = fc.oneof(junk, fc.array(fc.oneof(junk, fc.record({ field: fc.constant('messages'), value: fc.oneof(junk, value) }))));
    const body = fc.record({ object: fc.constant('whatsapp_business_account'), entry: fc.array(fc.oneof(junk, fc.record({ changes }))) });
    expect(() => fc.assert(fc.property(body, (given) => Array.isArray(read(given).messages)))).not.toThrow();
  });
});
