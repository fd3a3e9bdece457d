import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a folder of src/ may not import; dependencies point one way (docs/architecture.md). */
const layers = {
  errors: [
    'time',
    'http',
    'auth',
    'drift',
    'call-logs',
    'client',
    'options',
    'doctor',
    'export',
    'sandbox',
    'node',
    'cli',
  ],
  time: ['http', 'auth', 'drift', 'call-logs', 'client', 'options', 'doctor', 'export', 'sandbox', 'node', 'cli'],
  http: ['time', 'auth', 'drift', 'call-logs', 'client', 'options', 'doctor', 'export', 'sandbox', 'node', 'cli'],
  auth: ['drift', 'call-logs', 'client', 'doctor', 'export', 'sandbox', 'node', 'cli'],
  drift: ['time', 'http', 'auth', 'call-logs', 'client', 'options', 'doctor', 'export', 'sandbox', 'node', 'cli'],
  'call-logs': ['auth', 'client', 'doctor', 'export', 'sandbox', 'node', 'cli'],
  doctor: ['client', 'export', 'sandbox', 'node', 'cli'],
  node: ['drift', 'call-logs', 'client', 'doctor', 'export', 'sandbox', 'cli'],
  export: ['auth', 'http', 'doctor', 'sandbox', 'node', 'cli'],
  sandbox: [
    'errors',
    'time',
    'http',
    'auth',
    'drift',
    'call-logs',
    'client',
    'options',
    'doctor',
    'export',
    'node',
    'cli',
  ],
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
  if (['errors', 'time', 'http', 'auth', 'drift', 'call-logs', 'doctor'].includes(folder))
    patterns.push(webPlatformOnly);
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
