import { createHash } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';

import type { DirectionFigures, Figures } from '../../../../src/tools/report/figures.ts';
import { withPrevious } from '../../../../src/tools/report/make-figures.ts';
import { renderReport } from '../../../../src/tools/report/page/render-report.ts';
import { hostileNames, month, noCalls, pageCases, sandboxFigures, withManyPeople } from './cases.ts';

/** The parts of the DOM that these tests use. */
interface Node {
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly localName: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}

function parsed(source: string): Node {
  return (parseHTML(source) as unknown as { document: Node }).document;
}

function all(node: Node, selector: string): Node[] {
  return [...node.querySelectorAll(selector)];
}

function textOf(node: Node | null | undefined): string {
  return (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

async function pageOf(figures: Figures): Promise<Node> {
  return parsed(await renderReport(figures));
}

/** The page of the month, made once for all tests that only read it. */
const monthPage = month().then(pageOf);

/** The rows of the table with this caption, as numbers and strings; folded rows follow. */
function tableRows(page: Node, caption: string): (string | number)[][] {
  const tables = all(page, 'table').filter((table) => {
    return [caption, `${caption}, continued`].includes(textOf(table.querySelector('caption')));
  });
  expect(tables.length).toBeGreaterThan(0);
  return tables.flatMap((table) => all(table, 'tbody tr')).map((row) => all(row, 'th, td').map(valueOf));
}

/** Numbers and durations as numbers, seconds for the latter. */
function valueOf(cell: Node): string | number {
  const text = textOf(cell);
  const plain = text.replaceAll(',', '');
  if (/^\d+$/.test(plain)) return Number(plain);
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d)$/.exec(plain) ?? [];
  return hours === undefined ? text : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

describe.each(Object.entries(pageCases))('a page of %s', (_name, make) => {
  let source: string;
  beforeAll(async () => {
    const { figures, options } = await make();
    source = await renderReport(figures, options);
  });

  it('is one file without script, with only its own styles, and loads nothing', () => {
    const page = parsed(source);
    const loading =
      'script, link, img, iframe, object, embed, audio, video, source, base, form, input, image, use, foreignObject';
    expect(all(page, loading)).toEqual([]);
    expect(all(page, 'style')).toHaveLength(1);
    const attributes = all(page, '*').flatMap((node) => [...node.attributes]);
    expect(attributes.filter(({ name }) => /^(on|style$|src$|srcset$|action$|xlink)/.test(name))).toEqual([]);
    expect(attributes.filter(({ name, value }) => name === 'href' && !value.startsWith('#'))).toEqual([]);
    expect(source).not.toMatch(/url\(|@import/);
  });

  it('has no NaN or undefined number', () => {
    expect(source).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a page', () => {
  it('allows its own style sheet and nothing else', async () => {
    const source = await renderReport(await month());
    const style = /<style>(.*)<\/style>/s.exec(source)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = parsed(source).querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  });

  it('names its language, its range and its title', async () => {
    const page = parsed(await renderReport(await month(), { title: 'Tom & Jerry <Ltd>' }));
    expect(page.querySelector('html')?.getAttribute('lang')).toBe('en-GB');
    expect(textOf(page.querySelector('title'))).toBe('Tom & Jerry <Ltd>: calls, January 2026');
    expect(textOf(page.querySelector('h1'))).toBe('Tom & Jerry <Ltd> · Calls, January 2026 America/New York');
  });

  it('has one heading of the first level, and ids that are unique', async () => {
    const page = await monthPage;
    expect(all(page, 'h1')).toHaveLength(1);
    const ids = all(page, '[id]').map((node) => node.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of all(page, 'a')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
  });

  it('gives every chart a title, a description, a name and its numbers', async () => {
    const page = await monthPage;
    const figures = all(page, 'figure');
    expect(figures).toHaveLength(5);
    for (const figure of figures) {
      const title = figure.querySelector(`#${figure.getAttribute('aria-labelledby') ?? ''}`);
      expect(textOf(title)).not.toBe('');
      expect(textOf(figure.querySelector('figcaption p'))).not.toBe('');
      expect(all(figure, 'details table')).toHaveLength(1);
      const drawings = all(figure, 'svg[role="img"]');
      expect(drawings.length).toBeGreaterThan(0);
      for (const drawing of drawings) expect(drawing.getAttribute('aria-label')).toMatch(/^(Bars|Heat map): .+\.$/);
    }
  });

  it('is the same for the same figures', async () => {
    const figures = await month();
    expect(await renderReport(figures)).toBe(await renderReport(figures));
  });
});

describe('the head of a page', () => {
  it('says what matters and has the six figures', async () => {
    const page = await monthPage;
    expect(textOf(page.querySelector('.lead'))).toBe(
      '61% of the 1,116 inbound calls were answered; 244 were missed, 43 of them on Friday 9 January.',
    );
    const terms = all(page, '.figures div').map((part) => all(part, 'dt, dd').map(textOf));
    expect(terms).toEqual([
      ['Calls', '1,895', '1,116 inbound'],
      ['Inbound answered', '61%', '678 of 1,116'],
      ['Missed', '244', '22% of inbound'],
      ['Voicemail', '170', '15% of inbound'],
      ['Talk time', '146 h 10 min', '7 min 3 s a call'],
      ['Busiest hour', 'Mon 10:00', '64 inbound calls'],
    ]);
  });

  it('shows the previous span next to each figure', async () => {
    const before = await sandboxFigures('2025-12-01T05:00:00Z', '2026-01-01T05:00:00Z');
    const page = await pageOf(withPrevious(await month(), before));
    const { calls, missed } = before.headline;
    const shown = all(page, '.figures .before').map(textOf);
    expect(shown).toHaveLength(6);
    expect(shown[0]).toMatch(new RegExp(`^before: ${calls.toLocaleString('en-GB')} \\([+−±]\\d+%\\)$`));
    expect(shown[2]).toMatch(new RegExp(`^before: ${missed} \\([+−±]\\d+%\\)$`));
    expect(textOf(page.querySelector('body'))).toContain('Before: December 2025.');
  });

  it.each([
    [
      'calls that are missing',
      { complete: false } as const,
      'Calls are missing: not every call of this time could be read.',
    ],
    [
      'a range that is not settled',
      { settledUntil: '2026-01-20T12:00:00Z' } as const,
      'Calls that began after 20 January 2026, 12:00:00 UTC may still be added.',
    ],
    ['made-up calls', {}, 'These calls are made up: they come from the sandbox, not from an account.'],
  ])('warns of %s', async (_what, basis, note) => {
    const figures = await month();
    const page = await pageOf({ ...figures, basis: { ...figures.basis, ...basis } });
    expect(all(page, '.note').map(textOf)).toContain(note);
  });

  it('warns of nothing for proven and settled calls of an account', async () => {
    const figures = await month();
    const page = await pageOf({ ...figures, basis: { ...figures.basis, source: 'api' } });
    expect(all(page, '.note')).toEqual([]);
  });
});

describe('the tables of a page show exactly the figures:', () => {
  it('days', async () => {
    const figures = await month();
    const rows = tableRows(await pageOf(figures), 'Calls per day by result');
    expect(rows.map(([, ...numbers]) => numbers)).toEqual(
      figures.days.map(({ calls, results, inbound, inboundMissed, linesInUse }) => {
        const { missed, voicemail, attempted, blocked, other, answered } = results;
        return [calls, missed, voicemail, attempted, blocked, other, answered, inbound, inboundMissed, linesInUse];
      }),
    );
    expect(rows.map(([day]) => day).slice(0, 2)).toEqual(['Thu 1 Jan 2026', 'Fri 2 Jan 2026']);
  });

  it('hours', async () => {
    const { hours, ...figures } = await month();
    const page = await pageOf({ ...figures, hours });
    const cells = (caption: string): unknown[] => {
      const rows = tableRows(page, caption).map(([, ...values]) => values);
      return [0, 1, 2, 3, 4, 5, 6].flatMap((weekday) => rows.map((row) => row[weekday]));
    };
    expect(cells('Inbound calls by weekday and hour')).toEqual(hours.map(({ inbound }) => inbound));
    expect(cells('Missed of inbound calls by weekday and hour')).toEqual(
      hours.map(({ inbound, missed }) => `${missed} of ${inbound}`),
    );
  });

  it('durations and calls at the same time', async () => {
    const { durations, linesInUse, ...figures } = await month();
    const page = await pageOf({ ...figures, durations, linesInUse });
    const calls = tableRows(page, 'Answered calls by duration').map(([, number]) => number);
    expect(calls).toEqual(durations.map((bucket) => bucket.calls));
    const lines = tableRows(page, 'The most calls at the same time by hour of the day').map(([, number]) => number);
    expect(lines).toEqual(linesInUse.byHour);
  });

  it('people, also those who are folded away', async () => {
    const figures = withManyPeople(await month(), 90);
    const rows = tableRows(await pageOf(figures), 'People, sorted by calls');
    expect(rows.map(([, ...numbers]) => numbers.filter((value) => typeof value === 'number'))).toEqual(
      figures.people.map((person) => {
        const { calls, received, answered, missed, made, talkTimeSeconds, longestSeconds } = person;
        return [calls, received, answered, missed, made, talkTimeSeconds, longestSeconds];
      }),
    );
  });

  it('directions', async () => {
    const { directions, ...figures } = await month();
    const shown = ({ calls, answered, missed, talkTimeSeconds }: DirectionFigures): unknown[] => [
      calls,
      answered,
      missed,
      talkTimeSeconds,
    ];
    const rows = tableRows(await pageOf({ ...figures, directions }), 'Calls by direction');
    expect(rows).toEqual([
      ['Inbound', ...shown(directions.inbound)],
      ['Outbound', ...shown(directions.outbound)],
      ['Internal', ...shown(directions.internal)],
      ['International', ...shown(directions.international)],
    ]);
  });

  it('repeat callers who were not answered', async () => {
    const { unanswered, ...figures } = await month();
    const page = await pageOf({ ...figures, unanswered });
    expect(tableRows(page, 'Repeat callers not answered').map(([caller, , calls]) => [caller, calls])).toEqual(
      unanswered.callers.map(({ caller, calls }) => [caller, calls]),
    );
    expect(textOf(page.querySelector('#unanswered h2'))).toMatch(new RegExp(`^${unanswered.count} times, a caller`));
  });
});

describe('the order of people', () => {
  it.each([
    ['missed', 'Missed', 'descending', 'calls missed'],
    ['name', 'Person', 'ascending', 'name'],
  ] as const)('by %s is named, and marked for screen readers', async (people, head, sort, words) => {
    const page = parsed(await renderReport(await month(), { people }));
    const sorted = all(page, '#people th[aria-sort]');
    expect(sorted.map((cell) => [textOf(cell), cell.getAttribute('aria-sort')])).toEqual([[head, sort]]);
    expect(textOf(page.querySelector('#people caption'))).toBe(`People, sorted by ${words}`);
  });
});

describe('the foot of a page', () => {
  it('names the range in local time and UTC, the rows stated and read, and the version', async () => {
    const text = textOf((await monthPage).querySelector('footer'));
    for (const part of [
      'From 1 January 2026, 00:00:00 −05:00 up to 1 February 2026, 00:00:00 −05:00 (America/New_York)',
      'From 1 January 2026, 05:00:00 UTC up to 1 February 2026, 05:00:00 UTC',
      '1,998 read, 1,998 stated by the server',
      '1,998 rows were folded into 1,895 calls. Unfolded, 347 of 1,219 inbound rows are missed.',
      'by vbc-reports 1.2.3',
      'Ring time, queue time and service level: the API does not have them.',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('defines every term that heads a figure or a bar', async () => {
    const page = await monthPage;
    const defined = all(page, 'footer dt').map(textOf);
    for (const term of [
      'Answered',
      'Missed',
      'Voicemail',
      'Attempted',
      'Blocked',
      'Other',
      'Inbound answered',
      'Talk time',
    ]) {
      expect(defined).toContain(term);
    }
  });
});

describe('a page without calls', () => {
  it('says so, and draws nothing', async () => {
    const page = await pageOf(await noCalls());
    expect(textOf(page.querySelector('.lead'))).toBe('There were no calls in this time.');
    expect(all(page, 'figure, table, svg')).toEqual([]);
    expect(textOf(page.querySelector('body'))).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it.each([
    [
      'inbound calls',
      { inbound: { calls: 0, answered: 0, missed: 0, voicemail: 0, talkTimeSeconds: 0 } },
      'There were 1,895 calls, none of them inbound.',
    ],
  ] as const)('of one kind says so: %s', async (_what, directions, lead) => {
    const figures = await month();
    const hours = figures.hours.map((cell) => ({ ...cell, inbound: 0, missed: 0 }));
    const headline = { ...figures.headline, inboundAnsweredRate: null, missed: 0, voicemail: 0, busiestHour: null };
    const days = figures.days.map((day) => ({ ...day, inbound: 0, inboundMissed: 0 }));
    const page = await pageOf({
      ...figures,
      days,
      hours,
      headline,
      directions: { ...figures.directions, ...directions },
    });
    expect(textOf(page.querySelector('.lead'))).toBe(lead);
    expect(all(page, '#hours, #missed')).toEqual([]);
    expect(textOf(page.querySelector('body'))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('names of people and callers', () => {
  it('never become elements, and are isolated wherever they stand', async () => {
    const figures = withManyPeople(await month());
    const title = hostileNames.join(' ');
    const page = parsed(await renderReport(figures, { title }));
    expect(all(page, 'script, img, i, main style')).toEqual([]);
    expect(all(page, 'main b bdi, main th bdi, main h1 bdi').length).toBeGreaterThan(500);
    const names = all(page, '#people th bdi').map(textOf);
    expect(names).toContain('<script>alert(1)</script>');
    expect(names).toContain('<img src=x onerror=alert(1)>');
    expect(textOf(page.querySelector('body'))).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });

  it('of a file and of a version are escaped too', async () => {
    const figures = await month();
    const basis = { ...figures.basis, source: 'file', name: '<img src=x>.csv', version: '<b>1</b>' } as const;
    const page = await pageOf({ ...figures, basis });
    expect(all(page, 'img, footer b')).toEqual([]);
    expect(textOf(page.querySelector('footer'))).toContain('A file: <img src=x>.csv');
  });
});
