import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCallMatcher, noMatchNote, normaliseNumber } from '../../../../src/tools/cli/commands/filters.ts';

const call = { from: '17325550107', to: '1042', direction: 'Inbound', result: 'Answered' } as const;

describe('a number filter', () => {
  it.each([
    '17325550107',
    '+17325550107',
    '+1 (732) 555-0107',
    '0017325550107',
    '1.732.555.0107',
    '7325550107',
    '732 555 0107',
    '5550107',
    '１７３２５５５０１０７',
    '1042',
  ])('matches either party in any usual spelling: %s', (number) => {
    expect(createCallMatcher({ number })(call)).toBe(true);
  });

  it.each(['17325550108', '27325550107', '0107', '042', '10422', '447325550107', 'jane', ''])(
    'does not match another number, or an extension that is only a part: %j',
    (number) => {
      expect(createCallMatcher({ number: number === '' ? '-' : number })(call)).toBe(false);
    },
  );

  it.each([
    ['+44 20 7946 0018', '02079460018'],
    ['+44 (0)20 7946 0018', '442079460018'],
    ['020 7946 0018', '442079460018'],
    ['2079460018', '02079460018'],
  ])('knows the trunk prefix of national numbers: %s is %s', (number, listed) => {
    expect(createCallMatcher({ number })({ from: listed, to: '1042' })).toBe(true);
  });

  it('is symmetric in the typed and the listed number', () => {
    const number = fc.stringMatching(/^[0-9]{3,13}$/);
    fc.assert(
      fc.property(number, number, (one, other) => {
        const matches = (typed: string, listed: string): boolean =>
          createCallMatcher({ number: typed })({ from: listed });
        expect(matches(one, other)).toBe(matches(other, one));
        expect(matches(one, one)).toBe(true);
      }),
    );
  });

  it('never matches a call without numbers', () => {
    expect(createCallMatcher({ number: '1042' })({})).toBe(false);
    expect(normaliseNumber('anonymous')).toBeUndefined();
  });
});

describe('filters of words', () => {
  it.each([
    [{ result: 'answered' }, true],
    [{ result: 'Missed' }, false],
    [{ direction: 'INBOUND' }, true],
    [{ direction: 'Extension' }, false],
    [{ direction: 'Inbound', result: 'Answered', number: '1042' }, true],
    [{ direction: 'Inbound', result: 'Missed', number: '1042' }, false],
    [{}, true],
  ])('%j: %p', (filters, expected) => {
    expect(createCallMatcher(filters)(call)).toBe(expected);
  });
});

describe('the note on an export of 0 calls', () => {
  it.each([
    [{}, undefined],
    [
      { fromNumber: '7325550107' },
      'No call matches. The API compares --from-number character by character. For a number in any spelling, use --number.',
    ],
    [
      { sourceUser: 'Jane' },
      'No call matches. The API compares --source-user character by character. Write a user as the API lists it, upper and lower case included.',
    ],
    [
      { toNumber: '1', destinationUser: 'jane' },
      'No call matches. The API compares --to-number and --destination-user character by character. For a number in any spelling, use --number. Write a user as the API lists it, upper and lower case included.',
    ],
  ])('names the flags that the API matched to the letter, and no value: %j', (filters, note) => {
    expect(noMatchNote(filters, 0, [])).toBe(note);
  });

  it.each([
    [{ number: '7325550107' }, 1, 'No call matches --number: 1 call read.'],
    [
      { direction: 'Extension', result: 'Missed', fromNumber: '1042' },
      1204,
      'No call matches --direction and --result: 1,204 calls read. Their results are Answered and Voicemail.',
    ],
  ])('names the flags that matched none of the calls read: %j', (filters, read, note) => {
    expect(noMatchNote(filters, read, ['Answered', 'Voicemail'])).toBe(note);
  });
});
