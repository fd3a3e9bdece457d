import { describe, expect, it } from '@jest/globals';

import type { ReportedChange } from '../../scripts/drift/acceptances.ts';
import { breaking, gain, notable, type RawChange } from '../../scripts/drift/change.ts';
import type { Document } from '../../scripts/drift/documents/parse-document.ts';
import { judge } from '../../scripts/drift/judge.ts';
import { outcomeOf, type Report } from '../../scripts/drift/reports/report.ts';
import { writeAnnotations } from '../../scripts/drift/reports/write-annotations.ts';
import { writeMarkdown } from '../../scripts/drift/reports/write-markdown.ts';
import { writeText } from '../../scripts/drift/reports/write-text.ts';
import { semverStep } from '../../scripts/drift/semver-step.ts';

const place = { fingerprint: '0123456789ab', where: 'CallLog.rate', pointer: '#/', names: ['rate'] };
const broken: ReportedChange = { ...breaking('`rate` is gone', 'Code finds nothing.'), ...place };
const looked: ReportedChange = { ...notable('`rate` is deprecated', 'It still works.'), ...place };
const gained: ReportedChange = { ...gain('`rate` is new', 'Use it.'), ...place };
const acceptance = { fingerprint: place.fingerprint, reason: 'Nobody reads it.', expires: '2026-04-01' };
const accepted: ReportedChange = { ...broken, acceptance: { ...acceptance, hasExpired: false } };

function reportOf(...changes: ReportedChange[]): Report {
  return {
    outcome: outcomeOf(changes),
    step: semverStep(changes, '1.0.0'),
    comparisons: [{ name: 'spec/reports.yml', from: 'main', to: 'HEAD' }],
    changes,
    secondOpinion: { stricter: [], milder: [] },
  };
}

const path = '/calls';
const emptyDocument: Document = { openapi: '3.0.0', info: {}, paths: {} };

/** An optional parameter that is gone, at an index of both the older and the newer document. */
function removedParameter(name: string, index: number) {
  const parameters = Array.from({ length: index + 1 }, (_, at) => ({
    name: at === index ? name : `p${at}`,
    in: 'query',
  }));
  const base: Document = { ...emptyDocument, paths: { [path]: { get: { parameters } } } };
  const pointer = `#/paths/~1calls/get/parameters/${index}`;
  const change: RawChange = {
    path: pointer,
    typeName: 'Parameter',
    kind: 'removed',
    impact: 'major',
    base: { pointer },
  };
  return judge(change, base, emptyDocument);
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
    expect(writeText(reportOf(broken))).toContain('breaking  `rate` is gone\n          Code finds nothing.');
    expect(writeText(reportOf(broken))).toContain('CallLog.rate · 0123456789ab');
    expect(writeText(reportOf(accepted))).toContain('Accepted until 2026-04-01: Nobody reads it.');
  });

  it('in markdown takes no markup from the document, and mentions nobody', () => {
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

  it('on GitHub is an error a break and a warning for the rest, each on one line that nothing can leave', () => {
    const hostile: ReportedChange = { ...looked, title: 'a,b:c\n::error::d', meaning: '100%\nmore' };
    expect(writeAnnotations(reportOf(broken, hostile, gained)).split('\n')).toEqual([
      '::error file=spec/reports.yml,title=`rate` is gone::Code finds nothing. Fingerprint 0123456789ab.',
      '::warning file=spec/reports.yml,title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad::100%25%0Amore Fingerprint 0123456789ab.',
    ]);
  });
});

describe('a verdict', () => {
  it('has the fingerprint of the change, wherever in the file the parameter stands', () => {
    const first = removedParameter('queue', 0);
    expect(first.title).toBe('The parameter `queue` is gone');
    expect(removedParameter('queue', 7).fingerprint).toBe(first.fingerprint);
    expect(removedParameter('agent', 0).fingerprint).not.toBe(first.fingerprint);
  });

  it('is printed on one line, without control characters that a name may hold', () => {
    const { title, where } = removedParameter('queue\n::error::x\u001b[31m', 0);
    expect(title).toBe('The parameter `queue ::error::x [31m` is gone');
    expect(where).not.toMatch(/\p{Cc}/u);
  });

  it('is never safe for a change that no rule knows', () => {
    const unknown = (impact: RawChange['impact']): RawChange => ({
      path: '#/paths/~1calls/get/callbacks',
      typeName: 'CallbacksOfTomorrow',
      kind: 'modified',
      impact,
    });
    const verdicts = (['major', 'minor', 'patch'] as const).map(
      (impact) => judge(unknown(impact), emptyDocument, emptyDocument).verdict,
    );
    expect(verdicts).toEqual(['breaking', 'notable', 'notable']);
  });
});
