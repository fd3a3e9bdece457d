import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { build, type Plugin } from 'esbuild';

/** A command line in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** Everything that it has printed. */
  output(): string;
  /** Resolves when it has printed this. Rejects if it ends before. */
  printed(text: string): Promise<void>;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Bundles the command line into a folder, without its packages. Returns the file. */
export async function bundleCli(folder: string): Promise<string> {
  const file = await bundle(join(folder, 'vbc-reports.mjs'), []);
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
  return file;
}

/** Bundles the command line, as `bundleCli` did before, as if it were a later version: its store has one layout more. */
export async function bundleNewerCli(folder: string): Promise<string> {
  return await bundle(join(folder, 'newer-vbc-reports.mjs'), [oneLayoutMore]);
}

const oneLayoutMore: Plugin = {
  name: 'one layout more',
  setup(setUp) {
    setUp.onLoad({ filter: /sync\/sql\/tables\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const step = `({ connection }) => connection.run('alter table sync_windows add column note text').then(() => undefined)`;
      const contents = source.replace(/(migrations: readonly Migration\[\] = \[[^\]]*)\]/, `$1, ${step}]`);
      if (contents === source) throw new Error('The migrations were not found');
      return { contents, loader: 'ts' };
    });
  },
};

async function bundle(outfile: string, plugins: Plugin[]): Promise<string> {
  const entryPoints = [join(import.meta.dirname, '../../../src/tools/cli/main.ts')];
  await build({
    entryPoints,
    outfile,
    plugins,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  return outfile;
}

export function startProgram(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      child.emit('printed');
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    ended,
    output: () => output,
    async printed(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended early: ${output}`);
        await Promise.race([once(child, 'printed'), ended]);
      }
    },
  };
}
