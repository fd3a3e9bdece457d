import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { runDrift } from '../../scripts/drift/run-drift.ts';
import { runReview, stepOfChangeset } from '../../scripts/drift/run-review.ts';
import { createCheckout, type Checkout } from './checkout.ts';

const now = new Date('2026-03-10T12:00:00Z');
let checkout: Checkout;

beforeAll(async () => {
  checkout = await createCheckout();
  await checkout.git('switch', '--quiet', '--create', 'rename-page-count');
  await checkout.replace('spec/reports.yml', '        total_page:\n', '        total_pages:\n');
  await checkout.commit('rename the page count');
});

afterAll(() => checkout.remove());

/** Runs the review and returns its exit code and the comment. */
async function review(at: Date = now) {
  const comment = `${checkout.root}.md`;
  const errors: string[] = [];
  const exitCode = await runReview(['--base', 'main', '--comment', comment], {
    root: checkout.root,
    write: () => undefined,
    writeError: (text) => errors.push(text),
    now: at,
  });
  return { exitCode, errors, comment: await readFile(comment, 'utf8') };
}

const addChangeset = (step: string) =>
  writeFile(
    join(checkout.root, '.changeset', 'page-count.md'),
    `---\n'vbc-reports': ${step}\n---\n\nPages are counted under another name.\n`,
  );

const accept = (fingerprint: string, expires: string) =>
  writeFile(
    join(checkout.root, 'spec', 'accepted.yml'),
    `accepted:\n  - fingerprint: '${fingerprint}'\n    reason: The client reads either name (fact 14).\n    expires: '${expires}'\n`,
  );

describe('a branch that renames the page count', () => {
  let fingerprint = '';

  it("fails, with a comment that says so in a user's words", async () => {
    const { exitCode, comment } = await review();
    expect(exitCode).toBe(1);
    expect(comment).toContain('- [ ] One breaking change is not accepted');
    expect(comment).toContain('`CallLogsHalResponse.total_page` is now called `total_pages`');
    expect(comment).toContain('A loop that reads `total_page` gets undefined and ends after the first page');
    expect(comment).toContain('The changelog needs an entry for a **minor** step, and this branch has none');
    fingerprint = /`([0-9a-f]{12})`/.exec(comment)?.[1] ?? '';
    expect(fingerprint).not.toBe('');
  });

  it('fails without a changelog entry, or with one for too small a step', async () => {
    await accept(fingerprint, '2026-04-01');
    const without = await review();
    expect(without).toMatchObject({ exitCode: 1 });
    expect(without.comment).not.toContain('One breaking change');
    await addChangeset('patch');
    expect((await review()).comment).toContain('this branch has one for a patch step');
  });

  it('passes once the break is accepted with a reason and entered in the changelog', async () => {
    await addChangeset('minor');
    await checkout.commit('accept it');
    const { exitCode, comment } = await review();
    expect(exitCode).toBe(0);
    expect(comment).toContain('### Breaking, and accepted');
    expect(comment).toContain('Accepted until 2026-04-01: The client reads either name (fact 14).');
    expect(comment).not.toContain('- [ ]');
  });

  it('fails again when the acceptance has expired', async () => {
    const { exitCode, comment } = await review(new Date('2026-04-02T00:00:00Z'));
    expect(exitCode).toBe(1);
    expect(comment).toContain('Its acceptance ended on 2026-04-01');
  });

  it('fails when the list of acceptances is malformed, and says so in the comment', async () => {
    await writeFile(join(checkout.root, 'spec', 'accepted.yml'), 'accepted:\n  - everything\n');
    const { exitCode, comment, errors } = await review();
    expect(exitCode).toBe(1);
    expect(errors.join()).toContain('spec/accepted.yml is malformed, so nothing counts as accepted');
    expect(comment).toContain('Could not tell whether the API has changed');
    await checkout.git('checkout', '--quiet', '--', 'spec');
  });

  it('is breaking for `npm run drift` between the two revisions: 4, and 3 once accepted', async () => {
    const output: string[] = [];
    const run = (at: Date, ...args: string[]) =>
      runDrift(['--base', 'main', '--head', 'HEAD', ...args], {
        root: checkout.root,
        write: (text) => output.push(text),
        writeError: (text) => output.push(text),
        now: at,
        onGitHub: true,
      });
    await expect(run(now, '--json')).resolves.toBe(3);
    expect(JSON.parse(output.join(''))).toMatchObject({ outcome: 'safe', step: 'minor', changes: [{ fingerprint }] });
    output.length = 0;
    await expect(run(new Date('2026-05-01'))).resolves.toBe(4);
    expect(output.join('\n')).toMatch(/^::error file=spec\/reports\.yml,title=`CallLogsHalResponse/m);
  });
});

describe('the step of a changelog entry', () => {
  it.each([
    ["---\n'vbc-reports': minor\n---\n\nWords.", 'minor'],
    ['---\r\n"vbc-reports": major\r\n---\r\n', 'major'],
    ["---\n'another-package': major\n---\n", 'none'],
    ["---\n'vbc-reports': huge\n---\n", 'none'],
    ['---\n---\n', 'none'],
    ['Words alone.', 'none'],
  ])('of %j is %s', (text, step) => {
    expect(stepOfChangeset(text, 'vbc-reports')).toBe(step);
  });
});
