import axe from 'axe-core';
import type { ConsoleBrowser } from './console-browser.js';
import { OVERHANG } from './in-page.js';

const WIDE = { width: 1200, height: 800 };
const PHONE = { width: 360, height: 740 };

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What is wrong with the page as it is now, in light and in dark, wide and on a phone; with a picture of each. */
export async function findBarriers(browser: ConsoleBrowser, name: string): Promise<string[]> {
  const { page } = browser;
  const found: string[] = [];
  // Evaluated and not loaded: the policy of the page lets in no script of others.
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [width, viewport] of [['wide', WIDE] as const, ['phone', PHONE] as const]) {
      await page.setViewportSize(viewport);
      const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run(document, { resultTypes: ["violations"] })');
      const where = `${name}, ${colorScheme}, ${width}`;
      found.push(
        ...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id}: ${node.html} ${node.failureSummary ?? ''}`)),
      );
      const overhang = await page.evaluate<number>(OVERHANG);
      if (overhang > 0) found.push(`${where}: ${overhang} pixels wider than the window`);
      await browser.picture(`${name}-${colorScheme}-${width}`);
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
