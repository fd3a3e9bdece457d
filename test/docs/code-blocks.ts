import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** An example of the documentation. */
export interface CodeBlock {
  /** Such as `README.md:27`, the line of its first line. */
  readonly name: string;
  readonly code: string;
}

/** The documents that are part of the package. */
export function userDocuments(): string[] {
  return ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn('docs/recipes')];
}

/** The documents that only a checkout has. */
export function maintainerDocuments(): string[] {
  return ['CONTRIBUTING.md', 'SECURITY.md', ...markdownIn('docs/development')];
}

function markdownIn(folder: string): string[] {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.md'));
  return files.map((file) => `${folder}/${file}`);
}

/** Every block of the documentation in a language: ```ts. */
export function codeBlocks(language = 'ts'): CodeBlock[] {
  return [...userDocuments(), ...maintainerDocuments()].flatMap((document) => blocksOf(document, language));
}

/** The blocks of one document in a language. */
export function blocksOf(document: string, language: string): CodeBlock[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(({ index, 1: code = '' }) => {
    const line = text.slice(0, index).split('\n').length + 1;
    return { name: `${document}:${line}`, code };
  });
}

/** The modules that a user imports, and their places in this repository. */
export const packagePaths = {
  'vbc-reports': [join(root, 'src/index.ts')],
  'vbc-reports/node': [join(root, 'src/node.ts')],
  'vbc-reports/report': [join(root, 'src/report.ts')],
  'vbc-reports/sandbox': [join(root, 'src/sandbox.ts')],
  'vbc-reports/sync': [join(root, 'src/sync.ts')],
};
