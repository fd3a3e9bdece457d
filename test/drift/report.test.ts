import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import type { ReportedChange } from '../../scripts/drift/acceptances.ts';
import type { Finding } from '../../scripts/drift/compare/findings.ts';
import { judge, semverStep } from '../../scripts/drift/judge.ts';
import { outcomeOf, writeAnnotations, writeMarkdown, writeText, type Report } from '../../scripts/drift/report.ts';
import { changesBetween } from './cases/compare.ts';

const place = {
  fingerprint: '0123456789ab',
  uses: ['received in the 200 response of `GET /calls`'],
};
const broken: ReportedChange = {
  ...place,
  verdict: 'breaking',
  step: 'major',
  title: '`CallLog.rate` is gone',
  meaning: 'Code finds nothing.',
};
const looked: ReportedChange = { ...broken, verdict: 'notable', step: 'minor', title: '`CallLog.rate` is deprecated' };
const gained: ReportedChange = { ...broken, verdict: 'safe', step: 'minor', title: '`CallLog.rate` is new' };
const acceptance = { fingerprint: place.fingerprint, reason: 'Nobody reads it.', expires: '2026-04-01' };
const accepted: ReportedChange = { ...broken, acceptance: { ...acceptance, hasExpired: false } };

function reportOf(...changes: ReportedChange[]): Report {
  return {
    outcome: outcomeOf(changes),
    step: semverStep(changes, '1.0.0'),
    comparisons: [{ name: 'spec/reports.yml', from: 'main', to: 'HEAD' }],
    changes,
  };
}

/** An optional parameter that is gone, at an index of both the older and the newer document. */
function removedParameter(name: string, index: number) {
  const others = Array.from({ length: index }, (_, at) => ({ name: `p${at}`, in: 'query' }));
  const document = (parameters: object[]) => ({
    openapi: '3.0.0',
    info: {},
    paths: { '/calls': { get: { parameters, responses: {} } } },
  });
  const [change, ...more] = changesBetween(document([...others, { name, in: 'query' }]), document(others));
  if (!change || more.length > 0) throw new Error('one parameter is gone');
  return change;
}

describe('a report', () => {
  it('is breaking as long as a break is not accepted', () => {
    expect(
      [reportOf(), reportOf(gained, looked), reportOf(accepted), reportOf(broken)].map(({ outcome }) => outcome),
    ).toEqual(['none', 'safe', 'safe', 'breaking']);
  });

  it('asks for the largest step; a break is a minor step before 1.0.0', () => {
    expect(semverStep([broken, gained], '1.2.3')).toBe('major');
    expect(semverStep([broken, gained], '0.2.3')).toBe('minor');
    expect(semverStep([looked], '1.2.3')).toBe('minor');
    expect(semverStep([], '1.2.3')).toBe('none');
  });

  it('for people says what changes, what it means, and how it is named in spec/accepted.yml', () => {
    expect(writeText(reportOf(broken))).toContain('breaking  `CallLog.rate` is gone\n          Code finds nothing.');
    expect(writeText(reportOf(broken))).toContain('Fingerprint 0123456789ab');
    expect(writeText(reportOf(broken))).toContain('Used: received in the 200 response of `GET /calls`');
    expect(writeText(reportOf(accepted))).toContain('Accepted until 2026-04-01: Nobody reads it.');
  });

  it('in markdown takes no markup from the document, and mentions no user', () => {
    const hostile: ReportedChange = { ...broken, title: '`a|b` <img src=x> @owner ![x](http://y)\n## no' };
    const text = writeMarkdown(reportOf(hostile));
    expect(text).toContain('&lt;img src=x&gt; &#64;owner !&#91;x](http://y) ## no');
    expect(text).toContain('`a\\|b`');
    expect(text).not.toMatch(/^## no/m);
  });

  it('in markdown fits into a comment, however many changes there are', () => {
    const many = Array.from({ length: 2_000 }, () => broken);
    expect(writeMarkdown(reportOf(...many)).length).toBeLessThan(65_000);
  });

  it('on GitHub is an error for each break and a warning for each notable change, each on one line that nothing can leave', () => {
    const hostile: ReportedChange = { ...looked, title: 'a,b:c\n::error::d', meaning: '100%\nmore' };
    expect(writeAnnotations(reportOf(broken, hostile, gained)).split('\n')).toEqual([
      '::error file=spec/reports.yml,title=`CallLog.rate` is gone::Code finds nothing. Fingerprint 0123456789ab.',
      '::warning file=spec/reports.yml,title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad::100%25%0Amore Fingerprint 0123456789ab.',
    ]);
  });
});

describe('a verdict', () => {
  it('has the fingerprint of the change, wherever the parameter is in the file', () => {
    const first = removedParameter('queue', 0);
    expect(first.title).toBe('The query parameter `queue` of `GET /calls` is gone');
    expect(removedParameter('queue', 7).fingerprint).toBe(first.fingerprint);
    expect(removedParameter('agent', 0).fingerprint).not.toBe(first.fingerprint);
  });

  it('is printed on one line, without control characters that a name may hold', () => {
    const { title } = removedParameter('queue\n::error::x\u001b[31m', 0);
    expect(title).toBe('The query parameter `queue ::error::x [31m` of `GET /calls` is gone');
  });

  it('is never safe for a change that no rule knows', () => {
    const finding: Finding = {
      place: { owner: [['operation', 'GET /calls']], fields: [] },
      kind: 'keywordOfTomorrow',
      before: undefined,
      after: true,
      uses: [{ direction: 'sent', owner: [['operation', 'GET /calls']] }],
    };
    expect(judge(finding)).toMatchObject({
      verdict: 'notable',
      title: '`GET /calls` changes in a way that has no rule yet (`keywordOfTomorrow`)',
    });
  });

  it('has a rule whose words are complete, for every row of the table', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'scripts', 'drift', 'rules.md'), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| change '));
    const ruling = '(breaking|notable|gain|harmless): [A-Z{][^|]*\\. +';
    const pattern = new RegExp(`^\\| [\\w ]+ \\| [^|.]*[^|. ] +\\| ${ruling}\\| (${ruling}| *)\\|$`);
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.filter((row) => !pattern.test(row))).toEqual([]);
    const changes = rows.map((row) => row.split('|')[1]?.trim());
    expect(new Set(changes).size).toBe(changes.length);
  });
});
