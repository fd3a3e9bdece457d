import { describe, expect, it } from '@jest/globals';

import { render } from '../../../src/core/errors/phrase.ts';
import { remedies } from '../../../src/core/errors/problems.ts';

describe('the catalogue of problems', () => {
  it.each(Object.entries(remedies))('says what to do about %s in whole sentences', (_id, remedy) => {
    const text = render(remedy);
    expect(text).toMatch(/^[A-Z`].*\.$/);
    expect(text).not.toMatch(/\n| {2}|undefined|\[object/);
    expect(text.length).toBeLessThan(400);
  });

  it('says the remedies in the words of another front end', () => {
    const flags = render(remedies['wrong-client'], (name) => `--${name.replace('auth.', '')}`);
    expect(flags).toContain('Check --clientId and --clientSecret');
    expect(flags).not.toContain('`');
  });
});
