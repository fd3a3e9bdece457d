import { describe, expect, it } from '@jest/globals';

import type { Verdict } from '../../scripts/drift/judge.ts';
import { changesBetween } from './cases/compare.ts';
import {
  documentWith,
  nullChanges,
  rewritings,
  schemaChanges,
  settingsOf,
  translations,
  versions,
  type SchemaChange,
  type Setting,
} from './cases/settings.ts';

const rank: Record<Verdict, number> = { safe: 0, notable: 1, breaking: 2 };

/** The verdict for the direction of the setting; where a schema is shared, the worse one of both. */
function expectedVerdict({ received, sent }: SchemaChange, { location, layout }: Setting): Verdict {
  const own = location.startsWith('response') ? received : sent;
  if (layout !== 'shared') return own;
  return rank[received] > rank[sent] ? received : sent;
}

const nameOf = ({ location, layout }: Setting): string => `${layout}, ${location}`;

describe.each(versions)('in OpenAPI %s, a change of a schema', (version) => {
  it.each([...schemaChanges, ...nullChanges(version)])(
    'has one verdict and one place, in every setting: $name',
    (change) => {
      for (const setting of settingsOf(version)) {
        const found = changesBetween(documentWith(change.before, setting), documentWith(change.after, setting));
        expect([nameOf(setting), found.map(({ verdict }) => verdict), found]).toEqual([
          nameOf(setting),
          [expectedVerdict(change, setting)],
          found,
        ]);
      }
    },
  );

  const own = rewritings.filter((rewriting) => rewriting.versions?.includes(version) !== false);
  it.each(own)('is not found if only the notation differs: $name', ({ before, after }) => {
    for (const setting of settingsOf(version)) {
      const states = [documentWith(before, setting), documentWith(after, setting)] as const;
      expect([nameOf(setting), changesBetween(...states)]).toEqual([nameOf(setting), []]);
      expect([nameOf(setting), changesBetween(states[1], states[0])]).toEqual([nameOf(setting), []]);
    }
  });
});

describe('a document that is translated from OpenAPI 3.0', () => {
  it.each(translations)('changes in nothing but its version: $name', ({ before, after }) => {
    for (const setting of settingsOf('3.0.3')) {
      const found = changesBetween(
        documentWith(before, setting),
        documentWith(after, { ...setting, version: '3.1.0' }),
      );
      expect([nameOf(setting), found.map(({ title }) => title)]).toEqual([
        nameOf(setting),
        ['The document is written in OpenAPI `3.1.0` instead of `3.0.3`'],
      ]);
    }
  });
});

describe('a schema that moves', () => {
  it.each(versions)('between its place and the components only adds a component in OpenAPI %s', (version) => {
    for (const setting of settingsOf(version).filter(({ layout }) => layout === 'in place')) {
      const schema = { type: 'object', properties: { a: { type: 'string' } } };
      const states = [
        documentWith(schema, setting),
        documentWith(schema, { ...setting, layout: 'by reference' }),
      ] as const;
      expect(changesBetween(...states).map(({ title }) => title)).toEqual(['The schema `Value` is new']);
      const back = changesBetween(states[1], { ...states[0], components: { schemas: { Value: schema } } });
      expect([nameOf(setting), back]).toEqual([nameOf(setting), []]);
    }
  });
});
