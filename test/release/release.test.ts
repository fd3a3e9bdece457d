import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { decideNext, explainNext, prepareRelease, runIn, type RunCommand } from '../../scripts/release/release.ts';
import { createCheckout, type Checkout } from '../drift/checkout.ts';

let checkout: Checkout;
let folder: string;

beforeEach(async () => {
  checkout = await createCheckout('package-lock.json');
  const root = join(import.meta.dirname, '..', '..');
  await cp(join(root, '.changeset', 'config.json'), join(checkout.root, '.changeset', 'config.json'));
  await writeFile(join(checkout.root, 'CHANGELOG.md'), '# Changelog\n\n## 0.1.0\n\n- Everything.\n');
  await checkout.commit('releases');
  folder = `${checkout.root}-release`;
  await mkdir(folder);
});

afterEach(async () => {
  await checkout.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Runs git and Node for real. npm is not run: the test gives its output, and each command is recorded. */
function commands(npm: (args: readonly string[]) => string) {
  const asked: string[] = [];
  const run: RunCommand = async (command, args) => {
    if (command !== 'npm') return runIn(checkout.root)(command, args);
    asked.push(args.slice(0, 2).join(' '));
    return Promise.resolve(npm(args));
  };
  return { asked, run };
}

const notFound = () => {
  throw Object.assign(new Error('Command failed'), { stderr: 'npm error code E404' });
};

async function nameRepository(): Promise<void> {
  const file = join(checkout.root, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, repository: 'github:example/vbc-reports' }));
}

describe('the next step of a release', () => {
  it.each([
    { waitingEntries: 1, isPublished: false, hasAddress: true, next: 'version' },
    { waitingEntries: 2, isPublished: true, hasAddress: false, next: 'version' },
    { waitingEntries: 0, isPublished: false, hasAddress: true, next: 'publish' },
    { waitingEntries: 0, isPublished: false, hasAddress: false, next: 'address-missing' },
    { waitingEntries: 0, isPublished: true, hasAddress: false, next: 'nothing' },
  ] as const)(
    'is $next with $waitingEntries entries waiting, published: $isPublished, public address: $hasAddress',
    ({ next, ...state }) => {
      expect(decideNext(state)).toBe(next);
    },
  );

  it('is a patch with the version in package.json and lock, and the entries in the changelog', async () => {
    const entry = "---\n'vbc-reports': minor\n---\n\nPages are counted under another name.\n";
    await writeFile(join(checkout.root, '.changeset', 'page-count.md'), entry);
    await checkout.commit('an entry');
    const { asked, run } = commands(notFound);
    await expect(prepareRelease(checkout.root, folder, run)).resolves.toBe('version');
    expect(asked).toEqual([]);

    await checkout.git('reset', '--quiet', '--hard');
    await checkout.git('apply', '--index', join(folder, 'version.patch'));
    const text = (name: string) => readFile(join(checkout.root, name), 'utf8');
    expect(JSON.parse(await text('package.json'))).toMatchObject({ version: '0.2.0' });
    expect(JSON.parse(await text('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' } },
    });
    expect(await text('CHANGELOG.md')).toMatch(
      /^# Changelog\n\n## 0\.2\.0\n\n### Minor Changes\n\n- .*Pages are counted under another name\.\n\n## 0\.1\.0/,
    );
    expect(await readdir(join(checkout.root, '.changeset'))).toEqual(['config.json']);
    const changed = await checkout.git('diff', '--cached', '--stat', '--', 'package-lock.json');
    expect(changed).toContain('2 insertions(+), 2 deletions(-)');
  });

  it('is the checked tarball where the version is not on npm', async () => {
    await nameRepository();
    const { asked, run } = commands(([first]) => (first === 'view' ? notFound() : ''));
    await expect(prepareRelease(checkout.root, folder, run)).resolves.toBe('publish');
    expect(asked).toEqual(['view vbc-reports@0.1.0', 'run check:package', 'pack --ignore-scripts']);
    expect(await readFile(join(folder, 'version'), 'utf8')).toBe('0.1.0\n');
  });

  it('is not published while package.json names no repository, and says what to add', async () => {
    const { asked, run } = commands(notFound);
    await expect(prepareRelease(checkout.root, folder, run)).resolves.toBe('address-missing');
    expect(asked).toEqual(['view vbc-reports@0.1.0']);
    expect(await readdir(folder)).toEqual([]);
    expect(explainNext['address-missing']).toContain('Add `repository`, `homepage` and `bugs` to package.json');
  });

  it('is nothing where the version is on npm, and a failure where npm does not say', async () => {
    await expect(prepareRelease(checkout.root, folder, commands(() => '0.1.0\n').run)).resolves.toBe('nothing');
    const down = () => {
      throw Object.assign(new Error('Command failed'), { stderr: 'npm error code ETIMEDOUT' });
    };
    await expect(prepareRelease(checkout.root, folder, commands(down).run)).rejects.toThrow();
  });
});
