import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Trace } from '@parlance/contracts';
import { describeWithProgram, eventually, SPOKEN_TEXT, spokenAudio, wordErrorRate } from '@parlance/testing';
import type { Locator, Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../e2e/support/gateway.js';
import { findBarriers } from './support/accessibility.js';
import { ConsoleBrowser } from './support/console-browser.js';
import { dropFile, FORGET_SAMPLES, LOUDNESS_OF_ELEMENT, LOUDNESS_OF_SAMPLES, POSITION, SHOWS_FOCUS } from './support/in-page.js';

const DEADLINE_MILLISECONDS = 60_000;
/** Speech is louder than this most of the time, and silence never is. */
const AUDIBLE = 0.02;
/** The microphone is real time on whatever machine this is. */
const FEW_ERRORS = 0.25;
const WAV_HEADER_BYTES = 44;

describeWithProgram('chromium', () => {
  let gateway: RunningGateway;
  let browser: ConsoleBrowser;
  let page: Page;
  beforeAll(async () => {
    gateway = await startGateway();
    browser = await ConsoleBrowser.start(gateway.url);
    page = browser.page;
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  const isAbove = (least: number, expression: string, what: string) =>
    eventually(async () => (await page.evaluate<number>(expression)) > least, what, DEADLINE_MILLISECONDS);
  const isHeard = (expression: string) => isAbove(AUDIBLE, expression, 'Nothing is heard.');
  /** Where it begins, it has not moved. */
  const hasMoved = () => isAbove(0, POSITION, 'The audio has not moved.');
  /** By the page's own clock, which no haste of this process can make go faster. */
  const isRecorded = () => page.getByText(/^0:(?:0[4-9]|[1-5]\d) recorded$/).waitFor();
  const fact = (name: string): Locator => page.locator('.fact-list > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

  /** Speaks from the form, and waits for all of it. */
  async function speak(text: string, format: string): Promise<void> {
    await page.getByLabel('Text', { exact: true }).fill(text);
    await page.getByLabel('Format').selectOption(format);
    await page.evaluate(FORGET_SAMPLES);
    await page.getByRole('button', { name: 'Speak', exact: true }).click();
  }
  const isDone = () => page.getByText(/^Done in /).waitFor();

  /** What the gateway gives for the same: it was made before by now. */
  async function audioOf(text: string, format: string): Promise<Buffer> {
    const body = JSON.stringify({ text, format });
    const answer = await fetch(`${gateway.url}/v1/voice/speak`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.headers.get('x-parlance-cache')).toBe('hit');
    return Buffer.from(await answer.arrayBuffer());
  }

  describe('Speak', () => {
    const text = "Hello from the console. It's spoken while it is made.";

    it('plays mp3 as it comes, says what was done, and has the same for download', async () => {
      await page.goto(gateway.url);
      expect(page.url()).toBe(`${gateway.url}/console/`);
      await speak(text, 'mp3');
      await isHeard(LOUDNESS_OF_ELEMENT);
      await hasMoved();
      await isDone();
      expect(await fact('Provider').textContent()).toBe('local');
      expect(await fact('Cache').textContent()).toContain('miss');
      expect(await fact('First audio, here').textContent()).toMatch(/ m?s$/);
      await page.locator('.waveform canvas').first().waitFor();
      const { name, path } = await browser.download(page.getByRole('link', { name: /^Download/ }));
      expect(name).toBe('speech.mp3');
      expect(readFileSync(path).equals(await audioOf(text, 'mp3'))).toBe(true);
    });

    it('is without barriers', async () => {
      expect(await findBarriers(browser, 'speak')).toEqual([]);
    });

    it.each(['wav', 'pcm'])('puts %s together as it comes', async (format) => {
      await speak(text, format);
      await isHeard(LOUDNESS_OF_SAMPLES);
      await isDone();
      // The element follows what is heard, and goes on by itself from wherever it is sent.
      await hasMoved();
      await page.getByLabel('Position').fill('0.5');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await isHeard(LOUDNESS_OF_ELEMENT);
      const { path } = await browser.download(page.getByRole('link', { name: /^Download/ }));
      // The size at the beginning of a WAV file is not known while it is being made.
      const begin = format === 'wav' ? WAV_HEADER_BYTES : 0;
      expect(
        readFileSync(path)
          .subarray(begin)
          .equals((await audioOf(text, format)).subarray(begin)),
      ).toBe(true);
    });

    it('marks where each piece of a long text lies', async () => {
      await speak('One sentence is here. Another one comes then. '.repeat(3), 'mp3');
      await isDone();
      const id = await fact('Request').getByRole('link').textContent();
      const { trace } = (await (await fetch(`${gateway.url}/v1/traces/${id}`)).json()) as { trace: Trace };
      expect(trace.pieces?.length).toBeGreaterThan(1);
      const marked = () => page.locator('.waveform [part~="region"]').count();
      await eventually(async () => (await marked()) === trace.pieces?.length, 'The pieces are not marked.', DEADLINE_MILLISECONDS);
    });

    it('plays what browsers do not stream when all of it is there, and says so', async () => {
      await speak(text, 'opus');
      await page.getByText(/when all of it is there/).waitFor();
      await isHeard(LOUDNESS_OF_ELEMENT);
      await hasMoved();
    });

    it('gives the same call as code that works, to be copied', async () => {
      await speak(text, 'mp3');
      await isDone();
      await page.getByRole('button', { name: 'Copy the code for curl' }).click();
      await page.getByText('Copied').waitFor();
      const code = await page.evaluate<string>('navigator.clipboard.readText()');
      const directory = mkdtempSync(join(tmpdir(), 'parlance-console-code-'));
      try {
        await promisify(execFile)('sh', ['-c', code], { cwd: directory });
        expect(readFileSync(join(directory, 'speech.mp3')).equals(await audioOf(text, 'mp3'))).toBe(true);
      } finally {
        rmSync(directory, { recursive: true });
      }
      await page.getByRole('tab', { name: 'curl' }).press('ArrowRight');
      expect(await page.getByRole('tabpanel').textContent()).toContain("import OpenAI from 'openai'");
    });

    it('plays a sample of a voice, and speaks with the one that is chosen', async () => {
      const sample = page.locator('.voice', { has: page.locator('input[value=rms]') }).getByRole('button', { name: /^Sample of / });
      const [answer] = await Promise.all([page.waitForResponse(`${gateway.url}/v1/voice/speak`), sample.click()]);
      expect([answer.status(), answer.headers()['x-parlance-voice']]).toEqual([200, 'rms']);
      await page.locator('input[name=voice][value=rms]').check();
      await page.getByRole('button', { name: 'Speak', exact: true }).click();
      await isDone();
      expect(await fact('Voice').textContent()).toBe('rms');
    });

    it('says what to do about what cannot be spoken', async () => {
      await speak('...', 'mp3');
      const alert = page.getByRole('alert');
      expect(await alert.textContent()).toContain('400');
      expect(await alert.locator('p').first().textContent()).toMatch(/letter|speak/i);
    });

    it('is light or dark by its own switch, too, also after a reload', async () => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
      const light = await ground();
      await page.getByLabel('Appearance').selectOption('dark');
      const dark = await ground();
      expect(dark).not.toBe(light);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await ground()).toBe(dark);
      await page.getByLabel('Appearance').selectOption('system');
      expect(await ground()).toBe(light);
    });

    it('is all done with keys', async () => {
      await browser.open('listen');
      await browser.open('speak');
      await page.reload();
      const focused = (selector: string) => page.locator(`${selector}:focus`).count();
      async function tabTo(selector: string): Promise<void> {
        for (let press = 0; (await focused(selector)) === 0; press++) {
          expect(press).toBeLessThan(40);
          await page.keyboard.press('Tab');
          expect(await page.evaluate<boolean>(SHOWS_FOCUS)).toBe(true);
        }
      }
      await page.keyboard.press('Tab');
      expect(await focused('.skip-link')).toBe(1);
      await page.keyboard.press('Enter');
      expect(await focused('main')).toBe(1);
      await tabTo('textarea');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('Typed, and spoken by keys.');
      await tabTo('button[type=submit]');
      await page.keyboard.press('Enter');
      await isDone();
      await tabTo('input[name=voice]');
      await page.keyboard.press('ArrowDown');
      expect(await page.locator('input[name=voice]').nth(1).isChecked()).toBe(true);
      await tabTo('.player button');
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      expect(await focused('input[type=range]')).toBe(1);
      await page.keyboard.press('Home');
      await tabTo('[role=tab]');
      await page.keyboard.press('End');
      expect(await page.getByRole('tabpanel').textContent()).toContain('@Injectable()');
    });
  });

  describe('Listen', () => {
    beforeAll(() => browser.open('listen'));

    const words = () => page.getByRole('group', { name: /^Transcript/ }).textContent();
    const isUnderstood = () => page.getByText(/^Done\. /).waitFor();

    it('writes down a file that is dropped, and goes to a word that is pressed', async () => {
      // Until it is known which models there are, there is none to ask.
      await page.getByLabel('Model').locator('option').first().waitFor({ state: 'attached' });
      await page.evaluate(dropFile('.drop-zone', 'dropped.wav', spokenAudio('wav')));
      await isUnderstood();
      expect(wordErrorRate(SPOKEN_TEXT, (await words()) ?? '')).toBeLessThanOrEqual(FEW_ERRORS);
      // Its times were asked for apart, and nobody has heard it twice for them.
      expect(await fact('Cache').textContent()).toBe('hit');
      await page
        .getByRole('group', { name: /^Transcript/ })
        .getByRole('button')
        .nth(2)
        .click();
      expect(await page.evaluate<number>(POSITION)).toBeGreaterThan(0.3);
      await isHeard(LOUDNESS_OF_ELEMENT);
    });

    it('has captions for download', async () => {
      const { name, path } = await browser.download(page.getByRole('link', { name: 'Download transcript.srt' }));
      const text = readFileSync(path, 'utf8');
      expect(name).toBe('transcript.srt');
      expect(text).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n\S/);
      expect(text.toLowerCase()).toContain('everybody');
      const captions = await browser.download(page.getByRole('link', { name: 'Download transcript.vtt' }));
      expect(readFileSync(captions.path, 'utf8')).toMatch(/^WEBVTT\n/);
    });

    it('is without barriers', async () => {
      expect(await findBarriers(browser, 'listen')).toEqual([]);
    });

    it('writes down what is said into the microphone', async () => {
      await page.getByRole('button', { name: 'Record' }).click();
      await isRecorded();
      await page.getByRole('button', { name: 'Stop recording' }).click();
      await isUnderstood();
      expect(wordErrorRate(SPOKEN_TEXT, (await words()) ?? '')).toBeLessThanOrEqual(FEW_ERRORS);
    });

    it('says what is wrong with a file that is no recording', async () => {
      await page.evaluate(dropFile('.drop-zone', 'none.txt', Buffer.from('This is no recording.')));
      expect(await page.getByRole('alert').textContent()).toMatch(/400|415/);
    });
  });

  describe('Talk', () => {
    beforeAll(() => browser.open('talk'));

    const replies = () => page.locator('.message.agent');

    it('answers what is written in writing, and aloud when it is asked to', async () => {
      const message = page.getByLabel('Message', { exact: true });
      await message.fill('This is only written.');
      await message.press('Enter');
      await replies().nth(0).getByText('Decided to answer in writing').waitFor();
      await message.fill('Please say good morning.');
      await message.press('Enter');
      const reply = replies().nth(1);
      await reply.getByText('Decided to answer aloud').waitFor();
      expect(await reply.locator('p').first().textContent()).toBe('Please say good morning.');
      await isHeard(LOUDNESS_OF_ELEMENT);
      await hasMoved();
    });

    it('is without barriers', async () => {
      expect(await findBarriers(browser, 'talk')).toEqual([]);
    });

    it('hears what is said, and answers aloud', async () => {
      await page.getByRole('button', { name: 'Speak', exact: true }).click();
      await isRecorded();
      await page.getByRole('button', { name: 'Stop recording' }).click();
      await replies().nth(2).getByText('Decided to answer aloud').waitFor();
      const said = await page.locator('.message.person p').nth(2).textContent();
      expect(wordErrorRate(SPOKEN_TEXT, said ?? '')).toBeLessThanOrEqual(FEW_ERRORS);
      await replies().nth(2).getByRole('button', { name: 'Hear it again' }).click();
      await isHeard(LOUDNESS_OF_ELEMENT);
    });
  });

  it('nothing has been asked of anybody else, and the browser had nothing to complain of', () => {
    expect(browser.requests.length).toBeGreaterThan(20);
    expect(browser.requests.filter((request) => !request.startsWith(`${gateway.url}/`) && !request.startsWith('blob:'))).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
