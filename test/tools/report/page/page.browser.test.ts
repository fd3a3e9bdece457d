import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

import { findBrowser } from '../../../../scripts/browser.ts';
import { renderReport } from '../../../../src/tools/report/page/render-report.ts';
import { month, pageCases } from './cases.ts';
import { brokenText, openDetails, runAxe } from './page-checks.ts';

/** The media that a page is viewed on. Paper is A4 without its margins, in CSS pixels; it is always light. */
const media = {
  light: { viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
  'a small tablet': { viewport: { width: 720, height: 1000 }, colorScheme: 'light' },
  'a phone': { viewport: { width: 360, height: 780 }, colorScheme: 'dark', hasTouch: true },
  paper: { viewport: { width: 680, height: 1000 }, colorScheme: 'dark' },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;
type Medium = keyof typeof media;

const address = 'https://report.example/january.html';

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

describe.each(Object.entries(pageCases))('the page of %s', (_name, makeCase) => {
  let document: string;

  beforeAll(async () => {
    const { figures, options } = await makeCase();
    document = await renderReport(figures, options);
  });

  it.each(['light', 'dark', 'a phone', 'paper'] as const)(
    'on %s asks for nothing, logs nothing, fits, cuts no text, and is accessible',
    async (medium) => {
      await withPage(document, medium, async (page, events) => {
        expect(await page.evaluate(brokenText)).toEqual([]);
        expect(await violations(page)).toEqual([]);
        expect(events).toEqual([`request ${address}`]);
      });
    },
  );

  it.each(['light', 'a small tablet', 'a phone'] as const)(
    'on %s cuts no text with its tables open',
    async (medium) => {
      await withPage(document, medium, async (page) => {
        await page.evaluate(openDetails);
        expect(await page.evaluate(brokenText)).toEqual([]);
      });
    },
  );
});

describe('a page', () => {
  it.each(['light', 'dark'] as const)('with its tables open is accessible (%s)', async (medium) => {
    await withPage(await renderReport(await month()), medium, async (page) => {
      await page.evaluate(openDetails);
      expect(await violations(page)).toEqual([]);
    });
  });

  it('can be used with only a keyboard', async () => {
    await withPage(await renderReport(await month()), 'light', async (page) => {
      const summary = page.locator('summary').first();
      const reached: string[] = [];
      for (let presses = 0; presses < 4; presses += 1) {
        await page.keyboard.press('Tab');
        reached.push(await page.locator(':focus').innerText());
      }
      expect(reached).toEqual(['Friday 9 January', 'Mondays 09:00–11:00', 'Femi Gupta', await summary.innerText()]);
      await page.keyboard.press('Enter');
      expect(await page.locator('#days table').isVisible()).toBe(true);
    });
  });

  it('is printed on a few sheets of paper', async () => {
    await withPage(await renderReport(await month()), 'light', async (page) => {
      const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
      const sheets = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length;
      expect(sheets).toBeGreaterThanOrEqual(3);
      expect(sheets).toBeLessThanOrEqual(6);
    });
  });
});

/** Opens the page, and collects what it does to the outside: requests, messages, errors, dialogs. */
async function withPage(
  document: string,
  medium: Medium,
  check: (page: Page, events: readonly string[]) => Promise<void>,
): Promise<void> {
  await using context = await browser.newContext(media[medium]);
  const page = await context.newPage();
  const events: string[] = [];
  page.on('request', (request) => events.push(`request ${request.url()}`));
  page.on('console', (message) => events.push(`console ${message.text()}`));
  page.on('pageerror', (error) => events.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('https://report.example/**', (route) => route.fulfill({ body: document, contentType: 'text/html' }));
  await page.goto(address);
  if (medium === 'paper') await page.emulateMedia({ media: 'print' });
  await check(page, events);
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** The findings of axe, with its rules for WCAG 2.2 A and AA and its best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>(runAxe);
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html)
        .join(' ')}`,
  );
}
