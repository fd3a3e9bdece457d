import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type BuildResult, type Metafile } from 'esbuild';
import { CheckFailure, type Check } from './check.ts';

type BundleResult = BuildResult<{ metafile: true; write: false }>;

/**
 * Bytes of the library's main entry with openapi-fetch, minified and gzipped: what importing it loads. Logging in,
 * sending and reading a list are loaded when first used, and are counted beside it.
 */
const limitBytes = 15_000;

/** The main entry bundles for a platform that is not Node, and is small. */
export const checkSize: Check = {
  name: 'size',
  async run({ consumer }) {
    const { entry, all } = await measure(consumer);
    const size = `${kilobytes(entry)} of ${kilobytes(limitBytes)} KB, ${kilobytes(all)} KB with what it loads later`;
    if (entry <= limitBytes) return `${size}, minified and gzipped, without a Node module`;
    throw new CheckFailure(
      `the library's entry takes ${size}, minified and gzipped`,
      'See what it holds with `npx esbuild src/index.ts --bundle --minify --splitting --format=esm --analyze --outdir=dist/size`.',
    );
  },
};

interface Size {
  readonly entry: number;
  readonly all: number;
}

async function measure(consumer: string): Promise<Size> {
  const { outputFiles, metafile } = await bundle(consumer);
  const contents = new Map(outputFiles.map((file) => [file.path, file.contents]));
  // Together, since how the parts are cut into files is the bundler's affair.
  const size = (outputs: Iterable<string>): number =>
    gzipSync(Buffer.concat([...outputs].map((output) => contents.get(join(consumer, output)) ?? Buffer.of())), {
      level: 9,
    }).length;
  const entry = Object.keys(metafile.outputs).find((output) => metafile.outputs[output]?.entryPoint === '<stdin>');
  return { entry: size(loadedWith(entry ?? '', metafile)), all: size(Object.keys(metafile.outputs)) };
}

/** An output and those that it imports statically, and so on. */
function loadedWith(output: string, metafile: Metafile, seen = new Set<string>()): Set<string> {
  seen.add(output);
  for (const { path, kind } of metafile.outputs[output]?.imports ?? []) {
    if (kind === 'import-statement' && !seen.has(path)) loadedWith(path, metafile, seen);
  }
  return seen;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

async function bundle(consumer: string): Promise<BundleResult> {
  try {
    return await build({
      stdin: { contents: "export * from 'vbc-reports';", resolveDir: consumer },
      absWorkingDir: consumer,
      outdir: 'size',
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      // Not Node: an import of one of its modules fails here.
      platform: 'browser',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
  } catch (error) {
    throw new CheckFailure(String(error), 'The main entry uses the web platform only; what needs Node is in src/node.');
  }
}
