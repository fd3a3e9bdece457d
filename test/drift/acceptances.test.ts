import { describe, expect, it } from '@jest/globals';

import { applyAcceptances, isUnaccepted, parseAcceptances } from '../../scripts/drift/acceptances.ts';
import type { Change } from '../../scripts/drift/judge.ts';

const now = new Date('2026-03-10T12:00:00Z');
const entry = { fingerprint: '7d512e9c9a16', reason: 'The client reads either name.', expires: '2026-03-10' };
const file = (...entries: object[]) => JSON.stringify({ accepted: entries });

const change: Change = {
  verdict: 'breaking',
  step: 'major',
  title: '`CallLogsHalResponse.total_page` is now called `total_pages`',
  meaning: 'Loops end early.',
  fingerprint: entry.fingerprint,
  uses: [],
};

describe('spec/accepted.yml', () => {
  it('accepts a break by its fingerprint, for a reason, up to and including a day', () => {
    const acceptances = parseAcceptances(file({ ...entry, change: 'for the reader' }), now);
    const [during] = applyAcceptances([change], acceptances, new Date('2026-03-10T23:59:59Z'));
    const [after] = applyAcceptances([change], acceptances, new Date('2026-03-11T00:00:00Z'));
    expect(during && isUnaccepted(during)).toBe(false);
    expect(after && isUnaccepted(after)).toBe(true);
    expect(after?.acceptance).toMatchObject({ hasExpired: true, expires: '2026-03-10' });
  });

  it('accepts no other break, and may be empty', () => {
    const acceptances = parseAcceptances(file({ ...entry, fingerprint: '000000000000' }), now);
    expect(applyAcceptances([change], acceptances, now).map(isUnaccepted)).toEqual([true]);
    expect(parseAcceptances('accepted: []', now)).toEqual([]);
  });

  it.each([
    ['is empty', ''],
    ['is not an object', '- a'],
    ['has another key', JSON.stringify({ accepted: [], also: 1 })],
    ['holds no list', 'accepted: yes'],
    ['is not YAML', 'accepted: [\n'],
    ['has an entry that is not an object', file(['7d512e9c9a16'])],
    ['has a key that is misspelt', file({ ...entry, expire: '2026-03-10' })],
    ['has no fingerprint', file({ ...entry, fingerprint: undefined })],
    [
      'has a fingerprint that YAML read as a number',
      'accepted: [{ fingerprint: 751234567890, reason: because it is, expires: "2026-03-10" }]',
    ],
    ['has no reason', file({ ...entry, reason: undefined })],
    ['has an empty reason', file({ ...entry, reason: '   ok     ' })],
    ['has no last day', file({ ...entry, expires: undefined })],
    ['has a last day that does not exist', file({ ...entry, expires: '2026-02-30' })],
    ['accepts for more than a year', file({ ...entry, expires: '2027-04-01' })],
    ['has a fingerprint twice', file(entry, entry)],
  ])('accepts nothing, and says so, where it %s', (_, text) => {
    expect(() => parseAcceptances(text, now)).toThrow();
  });
});
