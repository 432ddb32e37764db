import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { sniffFormat } from '@parlance/audio';
import {
  eventually,
  SPOKEN_TEXT,
  spokenAudio,
  startTelegramStandIn,
  startWhatsAppStandIn,
  TELEGRAM_TOKEN,
  WHATSAPP_APP_SECRET,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
  wordErrorRate,
} from '@parlance/testing';
import { exampleAgents } from './support/example-bot.js';
import { startGateway, type RunningGateway } from './support/gateway.js';

const run = promisify(execFile);
const examples = resolve('examples');

/** Those that are applications of their own lie in a folder each, and are built. */
const built = (example: string) => resolve('dist/examples', example, 'src/main.js');

/** Agents with a channel: they have no program. */
const bots: readonly string[] = ['telegram-bot', 'whatsapp-bot'];

/** What each example prints when it has worked. */
const expected: Readonly<Record<string, RegExp>> = {
  'captions.mjs': /ask not what your country[\s\S]*1\n00:00:00,\d{3} --> /,
  'in-process.mjs': /spoken by local\/flite in [\d.]+ ms\nheard in \d\.\d s of audio: \w+/,
  'job.mjs': /job_\w+ is queued\ncompleted: \d{2,} s of speech in \d{5,} bytes/,
  'nest-agent':
    /text: That was message number 1\.\ndone: user wrote, assistant wrote\ntranscript: .*\ntext: That was message number 2\.\naudio: mp3 .*\ndone: user spoke, assistant spoke/,
  'openai-node.mjs': /spoken: \d+ bytes of audio\/mpeg by local\nheard: \w+/,
  'stored-speech.mjs': /\d+ bytes, [\d.]+ s, link until .*\n206 bytes 0-3\/\d+: OggS/,
  'stream-speech.mjs': /first audio after \d+ ms\nall \d+ bytes after \d+ ms/,
  'upload-and-transcribe.mjs': /speech\.wav: \d+ bytes, 11 s of wav at 16000 Hz\nheard: .*ask not what your country.*\ndeleted/i,
};

describe('examples', () => {
  let gateway: RunningGateway;
  let directory: string;
  beforeAll(async () => {
    gateway = await startGateway();
    directory = await mkdtemp(join(tmpdir(), 'parlance-examples-'));
  });
  afterAll(async () => {
    await gateway.close();
    await rm(directory, { recursive: true });
  });

  it('are all listed here', async () => {
    const files = (await readdir(examples)).filter((file) => ![...bots, 'README.md', 'agents'].includes(file));
    expect(files.toSorted()).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s', async (file, output) => {
    const env = { PATH: process.env['PATH'], PARLANCE_URL: gateway.url, PARLANCE_DATA_DIR: directory };
    const program = file.endsWith('.mjs') ? join(examples, file) : built(file);
    const { stdout } = await run(process.execPath, [program], { env, cwd: directory });
    expect(stdout).toMatch(output);
  });
});

describe('examples of channels', () => {
  it('telegram-bot answers a voice note with one', async () => {
    const telegram = await startTelegramStandIn();
    const agents = exampleAgents('telegram-bot', 'telegram', telegram.url);
    const gateway = await startGateway({ PARLANCE_AGENTS_DIR: agents.path, TELEGRAM_TOKEN });
    telegram.enqueue(telegram.posts.voice(telegram.chats.add({ id: 7 }), spokenAudio('opus')));
    await eventually(async () => telegram.account().sent.length > 0, 'There was no answer.', 50_000);
    await gateway.close();
    await telegram.close();
    agents.remove();
    const [answer] = telegram.account().sent;
    expect(answer).toMatchObject({ method: 'sendVoice', chat: 7 });
    expect(wordErrorRate(SPOKEN_TEXT, answer?.caption ?? '')).toBeLessThanOrEqual(0.2);
    expect(sniffFormat(answer?.uploaded?.bytes ?? Buffer.alloc(0))).toBe('ogg-opus');
    expect(telegram.account().sent).toHaveLength(1);
  });

  it('whatsapp-bot answers a voice note with one', async () => {
    const whatsapp = await startWhatsAppStandIn();
    const agents = exampleAgents('whatsapp-bot', 'whatsapp', whatsapp.url);
    const gateway = await startGateway({
      PARLANCE_AGENTS_DIR: agents.path,
      WHATSAPP_PHONE_NUMBER_ID,
      WHATSAPP_TOKEN,
      WHATSAPP_APP_SECRET,
      WHATSAPP_VERIFY_TOKEN,
    });
    const ada = whatsapp.meet({ phone: '4915112345678', name: 'Ada' });
    expect(await whatsapp.register(`${gateway.url}/webhooks/whatsapp/whatsapp-bot`)).toBe(true);
    expect(await whatsapp.deliver([whatsapp.voiceNote(ada, spokenAudio('opus'))])).toEqual([200]);
    await eventually(async () => whatsapp.sent.length > 0, 'There was no answer.', 50_000);
    await gateway.close();
    await whatsapp.close();
    agents.remove();
    const [answer] = whatsapp.sent;
    expect(answer).toMatchObject({ person: ada, content: { type: 'audio', voice: true } });
    expect(sniffFormat(answer?.bytes ?? Buffer.alloc(0))).toBe('ogg-opus');
    expect(whatsapp.sent).toHaveLength(1);
  });
});
