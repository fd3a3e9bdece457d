import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a folder of src/ may not import; dependencies point one way (docs/architecture.md). */
const layers = {
  errors: ['time', 'http', 'auth', 'call-logs', 'client', 'options', 'export', 'sandbox', 'node', 'cli'],
  time: ['http', 'auth', 'call-logs', 'client', 'options', 'export', 'sandbox', 'node', 'cli'],
  http: ['time', 'auth', 'call-logs', 'client', 'options', 'export', 'sandbox', 'node', 'cli'],
  auth: ['call-logs', 'client', 'export', 'sandbox', 'node', 'cli'],
  'call-logs': ['auth', 'client', 'export', 'sandbox', 'node', 'cli'],
  node: ['call-logs', 'client', 'export', 'sandbox', 'cli'],
  export: ['auth', 'http', 'sandbox', 'node', 'cli'],
  sandbox: ['errors', 'time', 'http', 'auth', 'call-logs', 'client', 'options', 'export', 'node', 'cli'],
};

const webPlatformOnly = {
  group: ['node:*'],
  message: 'The library core uses the web platform only; what needs Node lives in src/node, src/cli or src/sandbox.',
};

function layerRule(folder, forbidden) {
  const patterns = forbidden.map((name) => ({
    regex: `^\\.\\./${name}(/|\\.ts$)`,
    message: `src/${folder} may not import src/${name}: dependencies point one way.`,
  }));
  if (['errors', 'time', 'http', 'auth', 'call-logs'].includes(folder)) patterns.push(webPlatformOnly);
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default defineConfig(
  globalIgnores(['dist/', 'generated/', 'coverage/', 'test/fixtures/', 'test/package/consumers/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 2],
    },
  },
  {
    files: ['src/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [webPlatformOnly] }] },
  },
  ...Object.entries(layers).map(([folder, forbidden]) => layerRule(folder, forbidden)),
  {
    files: ['*.js', 'scripts/**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly' } },
  },
);
