import { Logger } from '@nestjs/common';
import { WHATSAPP_APP_SECRET, WHATSAPP_PHONE_NUMBER_ID, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, spokenAudio } from '@parlance/testing';
import { never, SPOKEN_ANSWER, voiceOf, WhatsAppBench } from './__fixtures__/whatsapp-bench.js';
import { WhatsAppChannel } from './whatsapp-channel.js';

describe('WhatsAppChannel', () => {
  let bench: WhatsAppBench;
  const channels: WhatsAppChannel[] = [];
  beforeEach(async () => {
    bench = await WhatsAppBench.start();
  });
  afterEach(async () => {
    await Promise.all(channels.splice(0).map(({ bot }) => bot.close()));
    await bench.close();
  });

  /** One of its own for each process. */
  function channel(more: object = {}): WhatsAppChannel {
    const secrets = { app_secret: WHATSAPP_APP_SECRET, verify_token: WHATSAPP_VERIFY_TOKEN, token: WHATSAPP_TOKEN };
    const settings = { phone_number_id: WHATSAPP_PHONE_NUMBER_ID, api_version: 'v25.0', base_url: bench.standIn.url, ...secrets, ...more };
    const made = new WhatsAppChannel('support', settings, { quote: true }, bench.cache);
    channels.push(made);
    return made;
  }

  const status = (id: string, state: string, code?: number) => ({
    id,
    status: state,
    timestamp: String(Math.floor(bench.standIn.now() / 1000)),
    biz_opaque_callback_data: bench.standIn.sent.find((sent) => sent.id === id)?.callbackData,
    ...(code !== undefined && { errors: [{ code, title: 'Failed' }] }),
  });
  const callOf = (statuses: object[], phoneNumberId = WHATSAPP_PHONE_NUMBER_ID) => {
    const value = { metadata: { phone_number_id: phoneNumberId }, statuses };
    return Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'messages', value }] }] }));
  };
  /** What was answered, and the platform's name of the answer. */
  async function speak(by = channel()) {
    const message = bench.written();
    const [id = ''] = (await by.bot.sendVoice(message, voiceOf(), never)).ids;
    return { message, id };
  }

  it.each([131051, 131052, 131053, 131009, 100])('has the words of speech that could not be delivered sent (%i)', async (code) => {
    const { message, id } = await speak();
    const other = channel();
    const [words] = await other.read(callOf([status(id, 'sent'), status(id, 'failed', code)]));
    expect(words).toMatchObject({ chat: message.chat, agent: 'support', content: { type: 'words', text: SPOKEN_ANSWER } });
    expect(JSON.parse(JSON.stringify(words))).toEqual(words);
    await other.bot.sendText(words!, SPOKEN_ANSWER, never);
    expect(bench.standIn.sent.at(-1)).toMatchObject({ person: bench.ada, content: { type: 'text' }, context: message.id });
  });

  it('logs the codes of errors that the platform tells of, and nothing else of them', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const errors = [{ code: 131031, title: 'Locked', error_data: { details: '+49 151 12345678' } }, { title: 'No code' }];
    const value = { metadata: { phone_number_id: WHATSAPP_PHONE_NUMBER_ID }, errors };
    const call = { object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'messages', value }] }] };
    expect(await channel().read(Buffer.from(JSON.stringify(call)))).toEqual([]);
    expect(warn.mock.calls).toEqual([
      ['support: WhatsApp tells of an error (code 131031).'],
      ['support: WhatsApp tells of an error (code unknown).'],
    ]);
    warn.mockRestore();
  });

  it('names them alike however often it is told, so that the inbox knows them', async () => {
    const { message, id } = await speak();
    const failure = callOf([status(id, 'failed', 131053)]);
    const told = [...(await channel().read(failure)), ...(await channel().read(failure))];
    expect(told).toHaveLength(2);
    expect(new Set(told.map((words) => words.id)).size).toBe(1);
    expect(told[0]?.id).not.toBe(message.id);
  });

  it.each([131047, 131026, 131021, 131030, 131031, 131042, 131048, 131049, 131056, 131000, 190, 368, 999_999, undefined])(
    'sends no words where the recording is not to blame (%p)',
    async (code) => {
      const { id } = await speak();
      expect(await channel().read(callOf([status(id, 'failed', code)]))).toEqual([]);
    },
  );

  it('sends no words where the speech was delivered after all, and none of what was written', async () => {
    const receiver = channel();
    const { id } = await speak();
    await receiver.read(callOf([status(id, 'delivered')]));
    expect(await receiver.read(callOf([status(id, 'failed', 131053)]))).toEqual([]);
    const [text = ''] = (await receiver.bot.sendText(bench.written(), SPOKEN_ANSWER, never)).ids;
    expect(await receiver.read(callOf([status(text, 'failed', 131053)]))).toEqual([]);
  });

  it('sends no words to other numbers, and none that nobody knows any more', async () => {
    const { id } = await speak();
    const failure = [status(id, 'failed', 131053)];
    expect(await channel({ phone_number_id: '1' }).read(callOf(failure, '1'))).toEqual([]);
    await channel().bot.sendVoice(bench.written(), { ...voiceOf(), text: ' ' }, never);
    expect(await channel().read(callOf([status(bench.standIn.sent.at(-1)?.id ?? '', 'failed', 131053)]))).toEqual([]);
    jest.spyOn(bench.cache, 'getMany').mockRejectedValue(new Error('down'));
    expect(await channel().read(callOf(failure))).toEqual([]);
  });

  it('uploads the recording anew after it could not be delivered', async () => {
    const uploads = () => bench.standIn.calls.filter(({ path }) => path.endsWith('/media')).length;
    const { id } = await speak();
    await speak();
    expect(uploads()).toBe(1);
    await channel().read(callOf([status(id, 'failed', 131053)]));
    await speak();
    expect(uploads()).toBe(2);
    expect(bench.standIn.sent.at(-1)?.bytes).toEqual(spokenAudio('opus'));
  });
});
