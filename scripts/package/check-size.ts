import { gzipSync } from 'node:zlib';
import { build, type OutputFile } from 'esbuild';

import { CheckFailure, type Check } from './check.ts';

/** Bytes of the library's main entry with openapi-fetch, bundled, minified and gzipped. */
const limitBytes = 12_000;

/** The main entry bundles for a platform that is not Node, and is small. */
export const checkSize: Check = {
  name: 'size',
  async run({ consumer }) {
    const outputFiles = await bundle(consumer);
    const bytes = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
    const size = `${(bytes / 1000).toFixed(1)} KB of ${limitBytes / 1000} KB`;
    if (bytes <= limitBytes) return `${size}, minified and gzipped, without a Node module`;
    throw new CheckFailure(
      `the library's entry takes ${size}, minified and gzipped`,
      'See what it holds with `npx esbuild src/index.ts --bundle --minify --format=esm --analyze --outfile=dist/size.js`.',
    );
  },
};

async function bundle(consumer: string): Promise<OutputFile[]> {
  try {
    const { outputFiles } = await build({
      stdin: { contents: "export * from 'vbc-reports';", resolveDir: consumer },
      bundle: true,
      minify: true,
      format: 'esm',
      // Not Node: an import of one of its modules fails here.
      platform: 'browser',
      write: false,
      logLevel: 'silent',
    });
    return outputFiles;
  } catch (error) {
    throw new CheckFailure(String(error), 'The main entry uses the web platform only; what needs Node is in src/node.');
  }
}
