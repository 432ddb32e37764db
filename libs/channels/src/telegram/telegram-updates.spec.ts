import { spokenAudio, type TelegramChat } from '@parlance/testing';
import type { Message, Update } from 'grammy/types';
import { SELF, TelegramBench } from './__fixtures__/telegram-bench.js';
import { toIncomingMessage } from './telegram-updates.js';

let bench: TelegramBench;
let ada: TelegramChat;
let group: TelegramChat;
beforeAll(async () => {
  bench = await TelegramBench.start();
});
beforeEach(() => {
  bench.standIn.reset();
  ada = bench.standIn.chats.add({ id: 7, first_name: 'Ada' });
  group = bench.standIn.chats.add({ id: -100, type: 'supergroup', title: 'All' });
});
afterAll(() => bench.standIn.close());

const read = (update: Update) => toIncomingMessage(update, 'demo', SELF);
const posts = () => bench.standIn.posts;
const bytes = spokenAudio('opus');

describe('toIncomingMessage', () => {
  it('reads a text in a private chat', () => {
    const update = posts().text(ada, 'Hello there', { with: { date: 1_795_651_200 } });
    expect(read(update)).toEqual({
      channel: 'telegram',
      agent: 'demo',
      id: '7:101',
      chat: '7',
      address: { chatId: 7, messageId: 101 },
      person: { id: '7', name: 'Ada Lovelace', language: 'en' },
      content: { type: 'text', text: 'Hello there' },
      sentAt: '2026-11-26T00:00:00.000Z',
    });
  });

  it('survives JSON as it is', () => {
    const message = read(posts().voice(ada, bytes));
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
  });

  it('reads whatever can be heard', () => {
    const media = (update: Update) => {
      const content = read(update)?.content;
      return content?.type === 'voice' ? { ...content.media, id: typeof content.media.id } : content;
    };
    const size = { id: 'string', sizeBytes: bytes.length };
    const played = { ...size, durationSeconds: 2 };
    expect(media(posts().voice(ada, bytes))).toEqual({ ...played, mediaType: 'audio/ogg' });
    expect(media(posts().audio(ada, bytes))).toEqual({ ...played, mediaType: 'audio/mpeg', filename: 'song.mp3' });
    expect(media(posts().videoNote(ada, bytes))).toEqual({ ...played, mediaType: 'video/mp4', filename: 'video-note.mp4' });
    const flac = { file_name: 'a.flac', mime_type: 'application/octet-stream' };
    expect(media(posts().document(ada, bytes, { mime_type: 'audio/x-wav' }))).toEqual({ ...size, mediaType: 'audio/x-wav' });
    expect(media(posts().document(ada, bytes, flac))).toEqual({ ...size, mediaType: flac.mime_type, filename: 'a.flac' });
    expect(media(posts().document(ada, bytes, { file_name: 'a.ogg', mime_type: 'video/ogg' }))).toEqual({
      type: 'other',
      kind: 'document',
    });
    expect(media(posts().document(ada, bytes, { file_name: 'a.pdf' }))).toEqual({ type: 'other', kind: 'document' });
  });

  it('names what can be neither read nor heard, and leaves out what tells of the chat', () => {
    const kind = (content: object) => read(posts().post(ada, content))?.content;
    expect(kind({ photo: [] })).toEqual({ type: 'other', kind: 'photo' });
    expect(kind({ animation: {}, document: {} })).toEqual({ type: 'other', kind: 'animation' });
    expect(kind({ venue: {}, location: {} })).toEqual({ type: 'other', kind: 'venue' });
    expect(kind({ sticker: {} })).toEqual({ type: 'other', kind: 'sticker' });
    for (const name of ['giveaway', 'giveaway_winners', 'invoice']) expect(kind({ [name]: {} })).toEqual({ type: 'other', kind: name });
    for (const name of ['pinned_message', 'new_chat_members', 'write_access_allowed']) expect(kind({ [name]: {} })).toBeUndefined();
  });

  it('names nothing of a kind that is newer than this version, so that its sender is told all the same', () => {
    const content = (what: object) => read(posts().post(ada, what))?.content;
    for (const what of [{ hologram: { 'private words': 1 } }, { caption: 'A new kind' }])
      expect(content(what)).toEqual({ type: 'other', kind: 'unknown' });
  });

  it('takes pictures that were sent together for one message, and recordings for one each', () => {
    const together = { media_group_id: 'g' };
    const photos = [1, 2].map(() => read(posts().post(ada, { photo: [] }, { with: together })));
    expect(new Set(photos.map((photo) => photo?.id))).toEqual(new Set(['7:album g']));
    expect(photos[1]?.address).toMatchObject({ messageId: 102 });
    const songs = [1, 2].map(() => read(posts().audio(ada, bytes, { with: together }))?.id);
    expect(songs).toEqual(['7:103', '7:104']);
    expect(read(posts().post(ada, { photo: [] }))?.id).toBe('7:105');
  });

  it('is for people, and for what they send now', () => {
    const said = posts().text(ada, 'Hello');
    const bot = { id: 5, is_bot: true, first_name: 'Robot' };
    expect(read(posts().text(ada, 'Hello', { with: { from: bot } }))).toBeUndefined();
    expect(read({ update_id: 1, edited_message: said.message } as Update)).toBeUndefined();
    expect(read({ update_id: 1, channel_post: said.message } as never)).toBeUndefined();
    expect(read(posts().text(group, '@parlance_bot', { with: { is_automatic_forward: true } }))).toBeUndefined();
    const channel = bench.standIn.chats.add({ id: -200, type: 'channel' });
    expect(read(posts().text(channel, '@parlance_bot'))).toBeUndefined();
    expect(read({ update_id: 1 })).toBeUndefined();
  });

  it('is, in groups, what mentions the bot or answers it', () => {
    const mention = (text: string, type = 'mention', more = {}) =>
      posts().text(group, text, { with: { entities: [{ type, offset: 0, length: text.split(' ')[0]?.length ?? 0, ...more }] as never } });
    const answering = (from: object, more: Partial<Message> = {}) =>
      posts().voice(group, bytes, { with: { reply_to_message: { message_id: 1, from, ...more } as never } });
    expect(read(posts().text(group, 'Hello all'))).toBeUndefined();
    expect(read(posts().voice(group, bytes))).toBeUndefined();
    expect(read(mention('@Parlance_Bot hello'))).toMatchObject({ chat: '-100', person: { id: '4242' } });
    expect(read(mention('@other_bot hello'))).toBeUndefined();
    expect(read(mention('Par hello', 'text_mention', { user: { id: SELF.id } }))).toBeDefined();
    expect(read(mention('Par hello', 'text_mention', { user: { id: 9 } }))).toBeUndefined();
    expect(read(mention('/start@parlance_bot now', 'bot_command'))?.content).toEqual({ type: 'text', text: '/start now' });
    expect(read(mention('/start now', 'bot_command'))).toBeUndefined();
    expect(read(answering({ id: SELF.id }))?.content.type).toBe('voice');
    expect(read(answering({ id: 9 }))).toBeUndefined();
    expect(read(answering({ id: SELF.id }, { forum_topic_created: {} as never }))).toBeUndefined();
    const caption: Partial<Message> = { caption: '@parlance_bot', caption_entities: [{ type: 'mention', offset: 0, length: 13 }] };
    expect(read(posts().voice(group, bytes, { with: caption }))?.content.type).toBe('voice');
  });

  it('is, in groups, also what is written in the name of the group or of a channel', () => {
    const entities = [{ type: 'mention', offset: 0, length: 13 }] as never;
    const writtenAs = (chat: TelegramChat, more: Partial<Message> = {}) => {
      const from = { id: 1_087_968_824, is_bot: true, first_name: 'Group' };
      return read(posts().text(group, '@parlance_bot hello', { with: { from, sender_chat: chat as never, entities, ...more } }));
    };
    expect(writtenAs(group)?.person).toEqual({ id: '-100', name: 'All' });
    const channel = bench.standIn.chats.add({ id: -200, type: 'channel', title: 'News' });
    expect(writtenAs(channel)?.person).toEqual({ id: '-200', name: 'News' });
    expect(writtenAs(channel, { is_automatic_forward: true })).toBeUndefined();
    expect(writtenAs(channel, { entities: [] })).toBeUndefined();
  });

  it('knows topics from threads of answers', () => {
    const answered = { reply_to_message: { message_id: 1, from: { id: SELF.id } } as never, message_thread_id: 3 };
    expect(read(posts().text(group, 'Hello', { with: answered }))).toMatchObject({ chat: '-100' });
    const topic = read(posts().text(group, 'Hello', { with: { ...answered, is_topic_message: true } }));
    expect(topic).toMatchObject({ id: '-100:102', chat: '-100:3', address: { chatId: -100, messageId: 102, threadId: 3 } });
  });

  it('answers customers of a business, and not its owner', () => {
    const business = { business_connection_id: 'c1' };
    const customer = read(posts().text(ada, 'Hello', { with: business }));
    expect(customer).toMatchObject({ id: 'c1:7:101', chat: 'c1:7', address: { chatId: 7, businessConnectionId: 'c1' } });
    const owner = { id: 99, is_bot: false, first_name: 'Owner' };
    expect(read(posts().text(ada, 'Hello', { with: { ...business, from: owner } }))).toBeUndefined();
  });

  it('does with what little is known of a person', () => {
    const update = posts().text(ada, 'Hello', { with: { from: { id: 7, is_bot: false, first_name: '' } } });
    expect(read(update)?.person).toEqual({ id: '7' });
  });
});
