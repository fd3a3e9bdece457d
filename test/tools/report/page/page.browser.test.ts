import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

import { findBrowser } from '../../../../scripts/browser.ts';
import { renderReport } from '../../../../src/tools/report/page/render-report.ts';
import { pageCases } from './cases.ts';
import { brokenText, openDetails } from './page-checks.ts';

/** How a page is looked at. Paper is A4 less its margins, in CSS pixels. */
const media: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
  'a small tablet': { viewport: { width: 720, height: 1000 }, colorScheme: 'light' },
  'a phone': { viewport: { width: 360, height: 780 }, colorScheme: 'dark', hasTouch: true },
  paper: { viewport: { width: 680, height: 1000 }, colorScheme: 'dark' },
};

let browser: Browser;
let axe: string;

beforeAll(async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('There is no Chromium: run `npm run browser:install`.');
  browser = await chromium.launch({ executablePath });
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

afterAll(async () => {
  await browser.close();
});

describe.each(Object.keys(pageCases))('the page of %s', (name) => {
  let document: string;

  beforeAll(async () => {
    const { figures, options } = (await pageCases[name]?.()) ?? {};
    if (figures === undefined) throw new Error(`There is no case ${name}`);
    document = await renderReport(figures, options);
  });

  it.each(Object.keys(media))(
    'on %s asks for nothing, logs nothing, fits, cuts no text, and is accessible',
    async (medium) => {
      await using context = await browser.newContext(media[medium]);
      const page = await context.newPage();
      const events = watch(page);
      await page.route('https://report.example/**', (route) =>
        route.fulfill({ body: document, contentType: 'text/html' }),
      );
      await page.goto('https://report.example/january.html');
      if (medium === 'paper') await page.emulateMedia({ media: 'print' });

      expect(await page.evaluate(brokenText)).toEqual([]);
      expect(await violations(page)).toEqual([]);
      if (medium !== 'paper') {
        await page.evaluate(openDetails);
        expect(await page.evaluate(brokenText)).toEqual([]);
        expect(await violations(page)).toEqual([]);
      }
      expect(events).toEqual(['request https://report.example/january.html']);
    },
  );
});

/** Everything that a page does to the outside: requests, messages, errors, dialogs. */
function watch(page: Page): string[] {
  const events: string[] = [];
  page.on('request', (request) => events.push(`request ${request.url()}`));
  page.on('console', (message) => events.push(`console ${message.text()}`));
  page.on('pageerror', (error) => events.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  return events;
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What axe finds: its rules for WCAG 2.2 A and AA, and its best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html)
        .join(' ')}`,
  );
}
