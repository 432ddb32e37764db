import { Logger } from '@nestjs/common';
import { InvalidRequestError } from '@parlance/contracts';
import { eventually, TELEGRAM_TOKEN, telegramFault, type TelegramChat } from '@parlance/testing';
import { TelegramBench } from './__fixtures__/telegram-bench.js';
import { TelegramPolling, type TelegramPollingOptions } from './telegram-polling.js';

let bench: TelegramBench;
let chat: TelegramChat;
let taken: string[];
let polling: TelegramPolling | undefined;
beforeAll(async () => {
  bench = await TelegramBench.start();
});
const warnings: string[] = [];
beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void warnings.push(text));
  warnings.length = 0;
  taken = [];
  chat = bench.standIn.chats.add({ id: 7 });
});
afterEach(async () => {
  await polling?.close();
  bench.standIn.reset();
});
afterAll(() => bench.standIn.close());

function start(options: Partial<TelegramPollingOptions> = {}): TelegramPolling {
  polling = new TelegramPolling(bench.client(), {
    take: async ({ message }) => void taken.push(message?.text ?? ''),
    pauseMilliseconds: 10,
    ...options,
  });
  polling.start();
  polling.start();
  return polling;
}

const say = (...texts: string[]) => bench.standIn.enqueue(...texts.map((text) => bench.standIn.posts.text(chat, text)));
const hears = (...texts: string[]) => eventually(async () => taken.join() === texts.join(), `It has heard ${taken.join()}.`);
const waiting = () => bench.standIn.account().queue.map(({ message }) => message?.text);

describe('TelegramPolling', () => {
  it('removes the webhook, and hears of everything once', async () => {
    bench.standIn.account().hook = { url: 'https://parlance.example', maximumConnections: 1, allowed: [] };
    say('One', 'Two');
    start();
    await hears('One', 'Two');
    say('Three');
    await hears('One', 'Two', 'Three');
    await eventually(async () => waiting().length === 0, 'Nothing was confirmed.');
    expect(bench.standIn.callsOf('deleteWebhook')).toHaveLength(1);
    expect(JSON.parse(String(bench.standIn.callsOf('getUpdates')[0]?.body))).toEqual({
      offset: 0,
      limit: 100,
      timeout: 30,
      allowed_updates: ['message', 'business_message'],
    });
  });

  it('confirms what was taken when it ends, in the middle of waiting', async () => {
    say('One');
    const ending = start();
    await hears('One');
    await eventually(async () => bench.standIn.openSockets === 1 && waiting().length === 0, 'It does not wait.');
    await ending.close();
    await eventually(async () => bench.standIn.openSockets === 0, 'It still waits.');
    expect(waiting()).toEqual([]);
    await ending.close();
  });

  it('confirms nothing that was not taken', async () => {
    say('One', 'Two', 'Three');
    let broken = true;
    const take: TelegramPollingOptions['take'] = async ({ message }) => {
      if (message?.text === 'Two' && broken) throw new Error(`secret of ${TELEGRAM_TOKEN}`);
      taken.push(message?.text ?? '');
    };
    const ending = start({ take });
    await eventually(async () => bench.standIn.callsOf('getUpdates').length > 3, 'It does not try again.');
    expect([taken, waiting()]).toEqual([['One'], ['Two', 'Three']]);
    expect(warnings).toEqual(['Bot 123456789 gets no messages just now. An update could not be kept.']);
    broken = false;
    await hears('One', 'Two', 'Three');
    await ending.close();
    expect(waiting()).toEqual([]);
  });

  it('leaves an update that is being taken for too long, without confirming it', async () => {
    say('One');
    let begun = false;
    const never = new Promise<void>(() => undefined);
    const ending = start({ take: () => ((begun = true), never) });
    await eventually(async () => begun, 'Nothing is taken.');
    await ending.close();
    expect(waiting()).toEqual(['One']);
  });

  it('waits while another process polls, and says so once', async () => {
    const conflict = telegramFault(
      409,
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    const granted = { kind: 'reply' as const, status: 200, body: '{"ok":true,"result":true}' };
    bench.standIn.fail(granted, conflict, conflict, conflict);
    say('One');
    start();
    await hears('One');
    expect(warnings).toEqual([
      'Bot 123456789 gets no messages just now. Another process polls for the same bot: stop it, or give it a token of its own.',
    ]);
  });

  it('survives whatever Telegram does', async () => {
    const granted = { kind: 'reply' as const, status: 200, body: '{"ok":true,"result":true}' };
    bench.standIn.fail(granted, telegramFault(502, 'Bad Gateway'), { kind: 'html' }, { kind: 'refuse' }, { kind: 'cut' });
    say('One');
    start();
    await hears('One');
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.filter((text) => text.includes(TELEGRAM_TOKEN) || text.includes('http'))).toEqual([]);
  });

  it('polls only while it leads', async () => {
    let leads = false;
    let asked = 0;
    say('One');
    start({ lead: async () => (asked++, leads) });
    await eventually(async () => asked > 2, 'It does not ask.');
    expect(bench.standIn.requests).toHaveLength(0);
    leads = true;
    await hears('One');
  });

  it('tells what is wrong with its leader', async () => {
    let asked = 0;
    const lead = async () => {
      asked += 1;
      if (asked === 1) throw new InvalidRequestError('Nobody knows who leads.');
      return true;
    };
    say('One');
    start({ lead });
    await hears('One');
    expect(warnings).toEqual(['Bot 123456789 gets no messages just now. Nobody knows who leads.']);
  });
});
