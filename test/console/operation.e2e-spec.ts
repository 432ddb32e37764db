import { describeWithProgram } from '@parlance/testing';
import type { Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../e2e/support/gateway.js';
import { findBarriers } from './support/accessibility.js';
import { ConsoleBrowser } from './support/console-browser.js';

const CLIENT_KEY = 'a-key-of-clients-only';
const ADMIN_KEY = 'a-key-of-operators';

describeWithProgram('chromium', () => {
  let gateway: RunningGateway;
  let browser: ConsoleBrowser;
  let page: Page;
  beforeAll(async () => {
    gateway = await startGateway({ PARLANCE_API_KEYS: CLIENT_KEY, PARLANCE_ADMIN_KEYS: ADMIN_KEY });
    browser = await ConsoleBrowser.start(gateway.url);
    page = browser.page;
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  const dialog = () => page.getByRole('dialog', { name: 'API key' });

  async function enter(key: string): Promise<void> {
    await dialog().getByLabel('Key', { exact: true }).fill(key);
    await dialog().getByRole('button', { name: 'Use this key' }).click();
  }

  describe('keys', () => {
    it('are asked for when the gateway wants one', async () => {
      await browser.open('speak');
      await dialog().getByText("You didn't provide an API key.").waitFor();
      expect(await findBarriers(browser, 'key')).toEqual([]);
    });

    it('are refused with what the gateway says of them', async () => {
      await enter('a-key-of-nobody');
      await dialog().getByText('Incorrect API key provided.').waitFor();
    });

    it('are refused where no browser could send them', async () => {
      await enter('“a-key-with-quotes”');
      await dialog()
        .getByText(/^This is no key/)
        .waitFor();
    });

    it('work from then on, and are kept in this tab alone', async () => {
      await enter(CLIENT_KEY);
      await dialog().waitFor({ state: 'hidden' });
      await page.getByRole('radio', { name: /^alloy/ }).waitFor();
      await page.reload();
      await page.getByRole('radio', { name: /^alloy/ }).waitFor();
      const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, document.cookie])');
      expect(kept).not.toContain(CLIENT_KEY);
      expect(browser.requests.filter((request) => request.includes(CLIENT_KEY))).toEqual([]);
    });

    it('stand in no code that is made to be copied', async () => {
      const panel = page.getByRole('tabpanel');
      for (const name of ['curl', 'openai-node', 'Nest']) {
        await page.getByRole('tab', { name }).click();
        expect(await panel.textContent()).not.toContain(CLIENT_KEY);
        if (name !== 'Nest') expect(await panel.textContent()).toContain('PARLANCE_API_KEY');
      }
    });

    it('of clients are no keys of operators, and the page says so', async () => {
      await browser.open('status');
      await page.getByText("This API key lacks the scope 'admin'.").waitFor();
      await page.getByRole('button', { name: 'Use another key' }).click();
      await enter(ADMIN_KEY);
      await page.getByRole('article', { name: 'Provider local' }).waitFor();
    });
  });

  describe('Status', () => {
    const local = () => page.getByRole('article', { name: 'Provider local' });

    it('shows the gateway and its providers, and follows what is done by hand', async () => {
      await page.getByRole('heading', { name: /^Gateway/ }).waitFor();
      await local().getByText('speak, transcribe').waitFor();
      await local().getByText('asked', { exact: true }).waitFor();
      await local().getByRole('button', { name: 'Open' }).click();
      await local().getByText('kept away by hand').waitFor();
      const answer = await fetch(`${gateway.url}/v1/providers/local`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
      expect(await answer.json()).toMatchObject({ heldOpen: true });
      await local().getByRole('button', { name: 'Reset' }).click();
      await local().getByText('asked', { exact: true }).waitFor();
    });

    it('is without barriers', async () => {
      expect(await findBarriers(browser, 'status')).toEqual([]);
    });
  });

  describe('Trace', () => {
    let id: string;

    it('shows a request with what was done for it, in time', async () => {
      await browser.open('speak');
      const answered = page.waitForResponse(`${gateway.url}/v1/voice/speak`);
      await page.getByRole('button', { name: 'Speak', exact: true }).click();
      id = (await answered).headers()['x-request-id'] ?? '';
      await page.getByText(/^Done in /).waitFor();
      await page.getByRole('link', { name: 'Trace' }).click();
      const request = page.getByRole('article', { name: `Request ${id}` });
      const rows = request.getByRole('list', { name: 'What was done, in the order of time' }).getByRole('listitem');
      await rows.nth(1).waitFor();
      const [lookUp, ...attempts] = await rows.allTextContents();
      expect(lookUp).toMatch(/^Cache not there/);
      expect(attempts).toContainEqual(expect.stringMatching(/^local\/flite .*ok/));
      expect(await request.getByRole('list', { name: 'Moments' }).textContent()).toMatch(/First audio: .*Total: /);
    });

    it('shows a request when it ends, and failures apart', async () => {
      await page.getByLabel('Failures only').check();
      await page.getByText('None of the last requests has failed.').waitFor();
      const refused = await fetch(`${gateway.url}/v1/voice/speak`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: '...' }),
      });
      const request = page.getByRole('article', { name: `Request ${refused.headers.get('x-request-id')}` });
      await request.getByText('It was refused before anything was planned.').waitFor();
      expect(await page.getByRole('article').count()).toBe(1);
      await page.getByLabel('Failures only').uncheck();
    });

    it('shows one request by its address', async () => {
      await page.getByRole('link', { name: id }).click();
      await page.getByRole('link', { name: 'All requests' }).waitFor();
      const request = page.getByRole('article', { name: `Request ${id}` });
      await request.getByText(/^Plan: local/).click();
      await request.getByText('local/flite, voice', { exact: false }).waitFor();
    });

    it('is without barriers', async () => {
      expect(await findBarriers(browser, 'trace')).toEqual([]);
    });
  });

  it('nothing has been asked of anybody else, and the browser had nothing to complain of', () => {
    expect(browser.requests.length).toBeGreaterThan(10);
    expect(browser.requests.filter((request) => !request.startsWith(`${gateway.url}/`) && !request.startsWith('blob:'))).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
