import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Bundles kill-child.ts, so that it starts quickly. Returns the path of a file, which the caller removes. */
export async function buildChild(): Promise<string> {
  const outfile = join(tmpdir(), `vbc-reports-child-${randomUUID()}.mjs`);
  const entryPoints = [join(import.meta.dirname, 'kill-child.ts')];
  await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', outfile, plugins: [drivers] });
  return outfile;
}

/** Drivers have binaries, so they are not bundled; and the program is not beside the packages. */
const drivers: Plugin = {
  name: 'drivers',
  setup: (hooks) => {
    hooks.onResolve({ filter: /^(@duckdb\/|pg)/ }, ({ path }) => ({
      path: pathToFileURL(createRequire(import.meta.url).resolve(path)).href,
      external: true,
    }));
  },
};
