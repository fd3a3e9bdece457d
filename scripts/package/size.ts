import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

import { CheckFailure, type Check } from './check.ts';

/**
 * Bytes of the whole client with openapi-fetch, minified and gzipped: the measured size, rounded up. Of the minified bytes
 * the engine and the rest of the call logs take a third, http and auth another, and the catalogue of problems a twelfth.
 */
const limitBytes = 41_500;

/** The main entry bundles for a platform that is not Node, and is small. */
export const checkSize: Check = {
  name: 'size',
  async run({ consumer }) {
    const bytes = gzipSync(await bundle(consumer), { level: 9 }).length;
    const size = `${kilobytes(bytes)} KB, minified and gzipped`;
    if (bytes <= limitBytes) return `${size} (limit ${kilobytes(limitBytes)}), without a Node module`;
    throw new CheckFailure(
      `the client takes ${size}; the limit is ${kilobytes(limitBytes)}`,
      'List its parts with `npx esbuild src/index.ts --bundle --minify --format=esm --analyze --outfile=dist/size.js`.',
    );
  },
};

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

async function bundle(consumer: string): Promise<Uint8Array> {
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
    return outputFiles[0]?.contents ?? new Uint8Array();
  } catch (error) {
    throw new CheckFailure(
      String(error),
      'The main entry uses the web platform only; `vbc-reports/node` may use Node.',
    );
  }
}
