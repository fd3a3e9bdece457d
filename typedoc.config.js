// `npm run docs:check`: every export of the entries is documented, and every link in a docstring leads somewhere.
import { OptionDefaults } from 'typedoc';

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  // Sources are not linked: the repository has no public address yet.
  disableSources: true,
  entryPoints: ['src/index.ts', 'src/node.ts', 'src/sandbox.ts', 'src/sync.ts', 'src/report.ts'],
  emit: 'none',
  // The generated types carry the document's own descriptions. They are not ours to complete.
  externalPattern: ['**/generated/**', '**/node_modules/**'],
  excludeExternals: true,
  intentionallyNotExported: [
    'generated/known-values.ts:knownValues',
    // Its keys are those of `remedies`.
    'src/core/errors/problems.ts:catalogue',
    ...['components', 'operations', 'paths'].map((name) => `generated/types.ts:${name}`),
  ],
  // openapi-typescript writes a field's description under this tag.
  blockTags: [...OptionDefaults.blockTags, '@description'],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  treatWarningsAsErrors: true,
};
