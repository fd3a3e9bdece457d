import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** A TypeScript example of the documentation. */
export interface CodeBlock {
  /** Such as `README.md:27`, the line of its first line. */
  readonly name: string;
  readonly code: string;
}

/** Every ```ts block of the README and of `docs/`. */
export function codeBlocks(): CodeBlock[] {
  const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)];
  return documents.filter((file) => file.endsWith('.md')).flatMap(blocksOf);
}

function blocksOf(document: string): CodeBlock[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code = '' }) => {
    const line = text.slice(0, index).split('\n').length + 1;
    return { name: `${document}:${line}`, code };
  });
}

/** What a user imports, and where it is here. */
export const packagePaths = {
  'vbc-reports': [join(root, 'src/index.ts')],
  'vbc-reports/node': [join(root, 'src/node.ts')],
  'vbc-reports/sandbox': [join(root, 'src/sandbox.ts')],
};
