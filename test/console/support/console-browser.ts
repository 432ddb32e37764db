import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { SPOKEN_SAMPLE_RATE, spokenAudio, wavOf } from '@parlance/testing';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { METER } from './in-page.js';

/** Nothing here is about time: a limit only ends what hangs. */
const DEADLINE_MILLISECONDS = 60_000;
const SILENCE_SECONDS = 1;
const PICTURES = join(__dirname, '../../../artifacts/console');

/** The console of a gateway in a real browser, before whose microphone a sentence is said each time it is opened. */
export class ConsoleBrowser {
  /** Every address that a page has asked for. */
  readonly requests: string[] = [];
  /** What the browser has complained about. */
  readonly complaints: string[] = [];

  private constructor(
    readonly url: string,
    readonly page: Page,
    context: BrowserContext,
    private readonly browser: Browser,
    private readonly directory: string,
  ) {
    context.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => this.complaints.push(...(/Content Security Policy/.test(message.text()) ? [message.text()] : [])));
  }

  static async start(url: string): Promise<ConsoleBrowser> {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-console-'));
    const microphone = join(directory, 'said.wav');
    const silence = Buffer.alloc(SPOKEN_SAMPLE_RATE * 2 * SILENCE_SECONDS);
    writeFileSync(microphone, wavOf(Buffer.concat([silence, spokenAudio('pcm'), silence]), SPOKEN_SAMPLE_RATE));
    const browser = await chromium.launch({
      executablePath: onPath('chromium'),
      args: [
        // In a container there is no sandbox to be had; the pages are our own.
        '--no-sandbox',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-audio-capture=${microphone}%noloop`,
      ],
    });
    const context = await browser.newContext({
      viewport: { width: 1200, height: 800 },
      locale: 'en-US',
      permissions: ['clipboard-read', 'clipboard-write', 'microphone'],
    });
    context.setDefaultTimeout(DEADLINE_MILLISECONDS);
    await context.addInitScript(METER);
    return new ConsoleBrowser(url, await context.newPage(), context, browser, directory);
  }

  async open(name: string): Promise<void> {
    await this.page.goto(`${this.url}/console/#/${name}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** What a press of it downloads. */
  async download(link: Locator): Promise<{ name: string; path: string }> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), link.click()]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }

  /** For people, in artifacts/console. */
  async picture(name: string, fullPage = true): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function onPath(program: string): string {
  const found = (process.env['PATH'] ?? '').split(delimiter).find((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${program} is not on the path.`);
  return join(found, program);
}
