import { describeWithProgram, eventually, spokenAudio } from '@parlance/testing';
import type { Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../e2e/support/gateway.js';
import { ConsoleBrowser } from './support/console-browser.js';
import { HELD_MICROPHONE, MICROPHONES, OVERHANG, UNPLUG } from './support/in-page.js';

const DEADLINE_MILLISECONDS = 60_000;
/** More than one line, of any window, and nowhere to break it. */
const UNBROKEN = 'x'.repeat(3000);
/** Said from right to left. */
const ARABIC = 'مرحبا بالعالم.';

/** How the gateway answers when it has understood this. */
function answerOf(text: string) {
  const trace = { operation: 'transcribe', plan: [], skipped: [], attempts: [], cache: 'hit', segments: 1 };
  return { text, duration: 2, segments: [{ start: 0, end: 2, text }], warnings: [], trace };
}

describeWithProgram('chromium', () => {
  let gateway: RunningGateway;
  let browser: ConsoleBrowser;
  let page: Page;
  beforeAll(async () => {
    gateway = await startGateway({ PARLANCE_TRACE_CONTENT: 'true' });
    browser = await ConsoleBrowser.start(gateway.url);
    page = browser.page;
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });
  afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }));

  /** As somebody does who comes for the first time. */
  async function openAnew(name: string): Promise<void> {
    await browser.open(name);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  describe('Speak', () => {
    const isDone = () => page.getByText(/^Done in /).waitFor();
    const traceLink = () => page.getByRole('link', { name: /^req_/ });

    beforeEach(() => openAnew('speak'));

    it('asks for the trace of the next speech though the one before was left', async () => {
      let asked = 0;
      await page.route('**/v1/traces/*', (route) => (++asked === 1 ? undefined : route.continue()));
      await press('Speak');
      await eventually(async () => asked === 1, 'No trace was asked for.', DEADLINE_MILLISECONDS);
      await press('Speak');
      await traceLink().waitFor();
    });

    it('says of the speech that was asked for how it is heard, whatever the form says since', async () => {
      await press('Speak');
      await isDone();
      await page.getByLabel('Format').selectOption('opus');
      await page.getByRole('tabpanel').getByText('"format":"opus"').waitFor();
      expect(await page.getByRole('status').first().textContent()).toMatch(/^Done in [^.]+(?:\.\d+)? m?s\.$/);
    });

    it('says nothing is copied but what was', async () => {
      await press('Copy the code for curl');
      await page.getByText('Copied').waitFor();
      await page.getByRole('tab', { name: 'Nest' }).click();
      await page.getByText('Copied').waitFor({ state: 'hidden' });
    });

    it('keeps the code of a long text within the page', async () => {
      await page.getByLabel('Text', { exact: true }).fill('word '.repeat(4000));
      const code = page.getByRole('tabpanel').locator('pre');
      await code.getByText('word word word').waitFor();
      expect((await code.boundingBox())!.height).toBeLessThan(800);
    });

    it('cuts nothing off a text that is too long: the gateway says so', async () => {
      const text = 'word '.repeat(20_001).trim();
      await page.evaluate(`navigator.clipboard.writeText('${text}')`);
      const field = page.getByLabel('Text', { exact: true });
      await field.press('ControlOrMeta+A');
      await field.press('ControlOrMeta+V');
      await eventually(async () => (await field.inputValue()).length > 1000, 'Nothing was pasted.', DEADLINE_MILLISECONDS);
      expect((await field.inputValue()).length).toBe(text.length);
      await press('Speak');
      await page.getByText(/^Invalid 'text'/).waitFor();
    });

    it('looks again for models and voices when the gateway is back', async () => {
      await page.route('**/v1/{models,audio/voices}', (route) => route.abort());
      await openAnew('speak');
      await page.getByText('The gateway does not answer.').nth(1).waitFor();
      await page.unrouteAll();
      await page.getByRole('radio', { name: /^alloy/ }).waitFor();
      await page.getByRole('alert').waitFor({ state: 'hidden' });
    });
  });

  it('asks again when the same key is entered again', async () => {
    const refused = { status: 401, json: { error: { message: 'Not now.', type: 'x', param: null, code: 'invalid_api_key' } } };
    const enter = async () => {
      await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('the-same-key');
      await press('Use this key');
    };
    await openAnew('speak');
    await press('API key');
    await enter();
    await page.route('**/v1/status', (route) => route.fulfill(refused));
    await browser.open('status');
    await page.getByRole('dialog').getByText('Not now.').waitFor();
    await page.unrouteAll();
    await enter();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('Trace shows what was said within its window, line by line', async () => {
    const text = `One line.\n${UNBROKEN}`;
    const headers = { 'content-type': 'application/json' };
    await fetch(`${gateway.url}/v1/voice/speak`, { method: 'POST', headers, body: JSON.stringify({ text }) }).then((answer) =>
      answer.arrayBuffer(),
    );
    await browser.open('trace');
    await page.getByText('Content').first().click();
    const content = page.getByText(UNBROKEN);
    await content.waitFor();
    expect(await page.evaluate<number>(OVERHANG)).toBeLessThanOrEqual(0);
    expect(await content.innerText()).toBe(text);
  });

  describe('Listen', () => {
    const isUnderstood = () => page.getByText(/^Done\. /).waitFor();
    /** Of every microphone that was given: `live` or `ended`. */
    const microphones = () => page.evaluate<string[]>(MICROPHONES);
    const isRecorded = () => page.getByText(/^0:(?:0[2-9]|[1-5]\d) recorded$/).waitFor();

    beforeEach(async () => {
      await openAnew('listen');
      await page.getByLabel('Model').locator('option').first().waitFor({ state: 'attached' });
    });

    it('shows words in the order in which they are read', async () => {
      await page.route('**/v1/voice/transcribe', (route) => route.fulfill({ json: answerOf(ARABIC) }));
      await page.locator('input[type=file]').setInputFiles({ name: 'said.wav', mimeType: 'audio/wav', buffer: spokenAudio('wav') });
      await isUnderstood();
      const words = page.getByRole('group', { name: /^Transcript/ }).getByRole('button');
      const [first, second] = await Promise.all([words.nth(0).boundingBox(), words.nth(1).boundingBox()]);
      expect(first!.x).toBeGreaterThan(second!.x);
      await page.getByText('said.wav', { exact: true }).waitFor();
    });

    it('says that the browser cannot play what the gateway understands', async () => {
      await page.route('**/v1/audio/transcriptions', (route) =>
        route.fulfill({ contentType: 'text/event-stream', body: 'data: [DONE]\n\n' }),
      );
      await page.route('**/v1/voice/transcribe', (route) => route.fulfill({ json: answerOf('Hello.') }));
      const buffer = Buffer.from('#!AMR\n');
      await page.locator('input[type=file]').setInputFiles({ name: 'said.amr', mimeType: 'audio/amr', buffer });
      await isUnderstood();
      await page.getByText('This browser cannot play this audio.').waitFor();
    });

    it('keeps saying what was understood while something else is recorded', async () => {
      await page.route('**/v1/voice/transcribe', (route) => route.fulfill({ json: answerOf('Hello.') }));
      await page.locator('input[type=file]').setInputFiles({ name: 'said.wav', mimeType: 'audio/wav', buffer: spokenAudio('wav') });
      await isUnderstood();
      await press('Record');
      await isRecorded();
      expect(await page.getByRole('status').first().textContent()).toBe('Done. Press a word to hear it.');
      await press('Stop recording');
      await isUnderstood();
    });

    it('keeps what was understood when it is stopped', async () => {
      // When each word was said is not answered.
      await page.route('**/v1/voice/transcribe', () => undefined);
      await page.locator('input[type=file]').setInputFiles({ name: 'said.wav', mimeType: 'audio/wav', buffer: spokenAudio('wav') });
      await page.getByText('Asking when each word was said').waitFor();
      const text = await page.locator('.transcript').textContent();
      expect(text).toMatch(/\w/);
      await press('Stop');
      await page.getByText(/^Stopped\. /).waitFor();
      expect(await page.locator('.transcript').textContent()).toBe(text);
    });

    it('opens one microphone, however often it is asked to', async () => {
      await page.evaluate(HELD_MICROPHONE);
      await press('Record');
      await press('Record');
      await page.evaluate('window.letGo()');
      await isRecorded();
      await press('Stop recording');
      await isUnderstood();
      expect(await microphones()).toEqual(['ended']);
    });

    it('closes a microphone that is given when the page was left', async () => {
      await page.evaluate(HELD_MICROPHONE);
      await press('Record');
      await page.getByRole('link', { name: 'Speak' }).click();
      await page.evaluate('window.letGo()');
      await eventually(async () => (await microphones())[0] === 'ended', 'It is still open.', DEADLINE_MILLISECONDS);
    });

    it('hears what was recorded until the microphone went away', async () => {
      await page.evaluate(HELD_MICROPHONE);
      await press('Record');
      await page.evaluate('window.letGo()');
      await isRecorded();
      await page.evaluate(UNPLUG);
      await isUnderstood();
      await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
    });

    it('hears what was recorded until another page was looked at', async () => {
      await press('Record');
      await isRecorded();
      await page.getByRole('link', { name: 'Speak' }).click();
      await page.getByRole('link', { name: 'Listen' }).click();
      await isUnderstood();
    });

    it('asks before a recording is lost with the page', async () => {
      await press('Record');
      await isRecorded();
      const asked = page.waitForEvent('dialog');
      const reloaded = page.reload();
      const question = await asked;
      expect(question.type()).toBe('beforeunload');
      await question.accept();
      await reloaded;
    });
  });

  it('Talk says that a recording has not arrived, and sends it again', async () => {
    await openAnew('talk');
    await page.getByLabel('Agent').locator('option').first().waitFor({ state: 'attached' });
    await page.route('**/turns', (route) => route.abort());
    await press('Speak');
    await page.getByText(/^0:0[1-9] recorded$/).waitFor();
    await press('Stop recording');
    await page.getByText('(not sent)').waitFor();
    await page.unrouteAll();
    await press('Send again');
    await page.getByText('(not sent)').waitFor({ state: 'hidden' });
    await page.getByText(/^heard by /).waitFor();
    expect(await page.getByText('You, spoken').count()).toBe(1);
  });

  it('Status says of what an account is kept away, and counts one day as one', async () => {
    const status = await fetch(`${gateway.url}/v1/status`).then((answer) => answer.json() as Promise<{ providers: object[] }>);
    const retiring = [{ provider: 'local', model: 'old', retires: '2026-12-01', daysLeft: 1 }];
    const providers = status.providers.map((provider) => ({ ...provider, away: { speak: 'breaker_open' } }));
    const body = `event: status\ndata: ${JSON.stringify({ ...status, providers, retiring })}\n\n`;
    await page.route('**/v1/status', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
    await openAnew('status');
    await page.getByText('asked to transcribe only', { exact: true }).waitFor();
    await page.getByText('in 1 day (').waitFor();
  });

  it('Talk says that a recording which was left is not sent', async () => {
    await openAnew('talk');
    await press('Speak');
    await page.getByText(/^0:0[1-9] recorded$/).waitFor();
    await page.getByRole('link', { name: 'Status' }).click();
    await page.getByRole('link', { name: 'Talk' }).click();
    await page.getByText(/was not sent/).waitFor();
  });
});
