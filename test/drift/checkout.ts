import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const author = ['-c', 'user.name=A Tester', '-c', 'user.email=tester@example.com'];

export interface Checkout {
  root: string;
  git: (...args: string[]) => Promise<string>;
  /** Commits everything. */
  commit: (message: string) => Promise<void>;
  /** Replaces a text in a file; fails where there is none. */
  replace: (file: string, text: string, replacement: string) => Promise<void>;
  remove: () => Promise<void>;
}

/** A git repository with the documents, what is generated from them and `folders`, on branch `main`. */
export async function createCheckout(...folders: string[]): Promise<Checkout> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'vbc-reports-checkout-')));
  const names = ['spec', 'generated', 'package.json', '.prettierrc.json', '.gitignore', 'tsconfig.json', ...folders];
  for (const name of names) await cp(join(root, name), join(folder, name), { recursive: true });
  await mkdir(join(folder, '.changeset'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', [...author, ...args], { cwd: folder });
    return stdout.trim();
  };
  const commit = async (message: string): Promise<void> => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  };
  await git('init', '--quiet', '--initial-branch=main');
  await commit('as it was');
  return {
    root: folder,
    git,
    commit,
    replace: async (file, text, replacement) => {
      const path = join(folder, file);
      const before = await readFile(path, 'utf8');
      if (!before.includes(text)) throw new Error(`${file} does not hold ${text}`);
      await writeFile(path, before.replace(text, replacement));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
