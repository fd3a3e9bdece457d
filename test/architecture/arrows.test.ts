import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');

/** A tree with the folders of this one: the rules are about folders, whatever files these hold at the moment. */
const targets = [
  'generated/types.ts',
  'src/core/present.ts',
  'src/core/errors/index.ts',
  'src/core/checks.ts',
  'src/core/events.ts',
  'src/core/options.ts',
  'src/core/time/index.ts',
  'src/core/http/index.ts',
  'src/core/http/attempt.ts',
  'src/core/auth/index.ts',
  'src/core/drift/index.ts',
  'src/call-logs/index.ts',
  'src/call-logs/call-log.ts',
  'src/call-logs/list.ts',
  'src/call-logs/engine/index.ts',
  'src/client.ts',
  'src/index.ts',
  'src/node.ts',
  'src/sandbox.ts',
  'src/sandbox/start.ts',
  'src/sandbox/rows/calls.ts',
  'src/tools/export/index.ts',
  'src/tools/doctor/index.ts',
  'src/tools/database.ts',
  'src/tools/postgres/connection.ts',
  'src/tools/sync/index.ts',
  'src/tools/token-store/index.ts',
  'src/tools/worker/index.ts',
  'src/tools/report/figures.ts',
  'src/tools/inbound-calls.ts',
  'src/report.ts',
  'src/tools/cli/main.ts',
  'scripts/chore.ts',
  'bench/measure.ts',
  'test/support/clock.ts',
];

const packages = ['openapi-fetch', 'commander', 'undici', 'typescript'];

/** Each line: the file that imports, what it imports, and the rule that refuses this. */
const refused: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['generated/planted.ts', '../src/core/errors/index.ts', 'generated'],
  ['src/core/present.ts', './errors/index.ts', 'core/present'],
  ['src/core/errors/planted.ts', '../events.ts', 'core/errors'],
  ['src/core/errors/planted.ts', '../../client.ts', 'core/errors'],
  ['src/core/errors/planted.ts', 'node:util', 'core/errors'],
  ['src/core/checks.ts', './options.ts', 'core/checks'],
  ['src/core/events.ts', './http/index.ts', 'core/events'],
  ['src/core/events.ts', './drift/index.ts', 'core/events'],
  ['src/core/time/planted.ts', '../http/index.ts', 'core/time'],
  ['src/core/time/deep/planted.ts', '../../http/attempt.ts', 'core/time'],
  ['src/core/http/planted.ts', '../auth/index.ts', 'core/http'],
  ['src/core/http/deep/planted.ts', '../../auth/index.ts', 'core/http'],
  ['src/core/http/planted.ts', '../options.ts', 'core/http'],
  ['src/core/http/planted.ts', 'node:http', 'core/http'],
  ['src/core/http/planted.ts', 'undici', 'core/http'],
  ['src/core/auth/planted.ts', '../drift/index.ts', 'core/auth'],
  ['src/core/auth/planted.ts', '../../call-logs/list.ts', 'core/auth'],
  ['src/core/auth/deep/planted.ts', '../../../sandbox/start.ts', 'core/auth'],
  ['src/core/auth/planted.ts', 'crypto', 'core/auth'],
  ['src/core/drift/planted.ts', '../http/index.ts', 'core/drift'],
  ['src/core/planted.ts', '../call-logs/list.ts', 'core'],
  ['src/core/planted.ts', '../index.ts', 'core'],
  ['src/core/planted.ts', '../../scripts/chore.ts', 'core'],
  ['src/call-logs/call-log.ts', './list.ts', 'call-logs/call-log'],
  ['src/call-logs/engine/planted.ts', '../list.ts', 'call-logs/engine'],
  ['src/call-logs/engine/planted.ts', '../../core/http/index.ts', 'call-logs/engine'],
  ['src/call-logs/engine/deep/planted.ts', '../../../core/events.ts', 'call-logs/engine'],
  ['src/call-logs/planted.ts', '../client.ts', 'call-logs'],
  ['src/call-logs/planted.ts', '../tools/export/index.ts', 'call-logs'],
  ['src/call-logs/deep/planted.ts', '../../sandbox.ts', 'call-logs'],
  ['src/call-logs/planted.ts', 'node:fs/promises', 'call-logs'],
  ['src/client.ts', './tools/token-store/index.ts', 'client'],
  ['src/client.ts', './index.ts', 'client'],
  ['src/client.ts', 'node:timers', 'client'],
  ['src/tools/export/planted.ts', '../doctor/index.ts', 'tools'],
  ['src/tools/export/deep/planted.ts', '../../doctor/index.ts', 'tools'],
  ['src/tools/export/planted.ts', '../cli/main.ts', 'tools'],
  ['src/tools/export/planted.ts', '../../call-logs/list.ts', 'tools'],
  ['src/tools/doctor/planted.ts', '../../core/http/attempt.ts', 'tools'],
  ['src/tools/doctor/planted.ts', '../../sandbox.ts', 'tools'],
  ['src/tools/token-store/planted.ts', '../../sandbox/start.ts', 'tools/token-store'],
  ['src/tools/token-store/planted.ts', '../worker/index.ts', 'tools/token-store'],
  ['src/tools/token-store/planted.ts', 'commander', 'tools/token-store'],
  ['src/tools/token-store/planted.ts', '../sync/index.ts', 'tools/token-store'],
  ['src/tools/database.ts', './postgres/connection.ts', 'tools/database'],
  ['src/tools/postgres/planted.ts', '../sync/index.ts', 'tools/postgres'],
  ['src/tools/postgres/planted.ts', '../../index.ts', 'tools/postgres'],
  ['src/tools/export/planted.ts', '../postgres/connection.ts', 'tools'],
  ['src/tools/report/planted.ts', '../database.ts', 'tools/report'],
  ['src/tools/sync/planted.ts', '../token-store/index.ts', 'tools/sync'],
  ['src/tools/worker/planted.ts', '../cli/main.ts', 'tools/worker'],
  ['src/tools/report/planted.ts', '../export/index.ts', 'tools/report'],
  ['src/tools/report/deep/planted.ts', 'commander', 'tools/report'],
  ['src/tools/export/planted.ts', '../report/figures.ts', 'tools'],
  ['src/tools/inbound-calls.ts', './report/figures.ts', 'tools/inbound-calls'],
  ['src/tools/cli/planted.ts', '../../core/http/attempt.ts', 'tools/cli'],
  ['src/tools/cli/planted.ts', '../../call-logs/list.ts', 'tools/cli'],
  ['src/tools/cli/planted.ts', '../../../test/support/clock.ts', 'tools/cli'],
  ['src/tools/cli/planted.ts', 'typescript', 'tools/cli'],
  ['src/sandbox/planted.ts', '../core/errors/index.ts', 'sandbox'],
  ['src/sandbox/planted.ts', '../index.ts', 'sandbox'],
  ['src/sandbox/rows/planted.ts', '../../core/time/index.ts', 'sandbox'],
  ['src/sandbox/rows/deep/planted.ts', '../../../client.ts', 'sandbox'],
  ['src/sandbox/planted.ts', '../tools/cli/main.ts', 'sandbox'],
  ['src/sandbox/planted.ts', 'openapi-fetch', 'sandbox'],
  ['src/index.ts', './tools/export/index.ts', 'index.ts'],
  ['src/index.ts', './sandbox.ts', 'index.ts'],
  ['src/node.ts', './tools/export/index.ts', 'node.ts'],
  ['src/sandbox.ts', './client.ts', 'sandbox.ts'],
  ['src/planted.ts', './client.ts', 'no folder without a rule'],
  ['src/reports/planted.ts', '../client.ts', 'no folder without a rule'],
  ['src/core/http/planted.ts', './absent.ts', 'no missing file'],
  ['scripts/planted.ts', '../src/core/http/index.ts', 'scripts'],
  ['scripts/deep/planted.ts', '../../test/support/clock.ts', 'scripts'],
  ['bench/planted.ts', '../src/call-logs/list.ts', 'bench'],
];

/** Each line: the file that imports, and what it imports. */
const allowed: readonly (readonly [from: string, to: string])[] = [
  ['src/core/errors/planted.ts', '../present.ts'],
  ['src/core/http/planted.ts', '../time/index.ts'],
  ['src/core/auth/planted.ts', '../http/attempt.ts'],
  ['src/core/planted.ts', './auth/index.ts'],
  ['src/core/planted.ts', 'openapi-fetch'],
  ['src/call-logs/engine/planted.ts', '../../core/errors/index.ts'],
  ['src/call-logs/engine/planted.ts', '../../core/time/index.ts'],
  ['src/call-logs/engine/planted.ts', '../call-log.ts'],
  ['src/tools/export/planted.ts', '../../call-logs/index.ts'],
  ['src/call-logs/planted.ts', './engine/index.ts'],
  ['src/client.ts', './call-logs/list.ts'],
  ['src/tools/export/planted.ts', '../../index.ts'],
  ['src/tools/export/planted.ts', '../../core/time/index.ts'],
  ['src/tools/export/planted.ts', 'node:fs/promises'],
  ['src/tools/postgres/planted.ts', '../database.ts'],
  ['src/tools/postgres/planted.ts', '../../core/http/index.ts'],
  ['src/tools/token-store/planted.ts', '../postgres/connection.ts'],
  ['src/tools/sync/planted.ts', '../postgres/connection.ts'],
  ['src/tools/worker/planted.ts', '../sync/index.ts'],
  ['src/tools/worker/planted.ts', '../postgres/connection.ts'],
  ['src/tools/cli/planted.ts', '../doctor/index.ts'],
  ['src/tools/cli/planted.ts', '../../sandbox.ts'],
  ['src/tools/cli/planted.ts', 'commander'],
  ['src/sandbox/rows/planted.ts', '../start.ts'],
  ['src/sandbox/rows/planted.ts', '../../../generated/types.ts'],
  ['src/sandbox/planted.ts', 'node:http'],
  ['src/sandbox/ring.ts', './ring-type.ts'],
  ['src/sandbox/ring-type.ts', './ring.ts'],
  ['bench/planted.ts', '../src/sandbox.ts'],
  ['test/core/http/planted.ts', '../../../src/core/http/attempt.ts'],
];

/** The ways to write an import; the planted imports use them in turn. */
const spellings = [
  (to: string) => `import * as planted from '${to}';\nplanted;\n`,
  (to: string) => `import type * as planted from '${to}';\nexport type Planted = typeof planted;\n`,
  (to: string) => `export * from '${to}';\n`,
  (to: string) => `export const planted = import('${to}');\n`,
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let tree: string;
let violations: readonly Violation[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'vbc-reports-arrows-'));
  for (const name of ['dependency-cruiser.config.js', 'tsconfig.json', 'package.json']) {
    await cp(join(root, name), join(tree, name));
  }
  for (const name of packages) {
    await add(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    await add(`node_modules/${name}/index.js`, '');
  }
  for (const target of targets) await add(target, 'export {};\n');
  for (const [index, [from, to]] of [...refused, ...allowed].entries()) {
    await add(from, spellings[index % spellings.length]?.(to) ?? '');
  }
  violations = await cruise(tree);
});

afterAll(async () => {
  await rm(tree, { recursive: true, force: true });
});

async function add(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await appendFile(join(tree, file), content);
}

/** Runs the rules over a tree: all of them, as `npm run lint:arrows` does. */
async function cruise(folder: string): Promise<Violation[]> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const paths = ['src', 'generated', 'scripts', 'bench', 'test'];
  const args = [command, '--config', 'dependency-cruiser.config.js', '--output-type', 'json', ...paths];
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

/** The rules that refuse an import, cycles aside: some planted imports form one. */
function rulesAgainst(from: string, to: string): string[] {
  const resolved = to.startsWith('.') ? join(dirname(from), to) : to.replace(/^node:/, '');
  const found = violations.filter((violation) => violation.from === from && leadsTo(violation.to, resolved, to));
  return found.map(({ rule }) => rule.name).filter((name) => name !== 'no cycle');
}

function leadsTo(found: string, resolved: string, specifier: string): boolean {
  return [resolved, specifier].includes(found) || found.startsWith(`node_modules/${specifier}/`);
}

describe('the arrows between folders', () => {
  it.each(refused)('%s may not import %s', (from, to, rule) => {
    expect(rulesAgainst(from, to)).toContain(rule);
  });

  it.each(allowed)('%s may import %s', (from, to) => {
    expect(rulesAgainst(from, to)).toEqual([]);
  });

  it('form no cycle, not even of types', () => {
    const cycles = violations.filter(({ rule }) => rule.name === 'no cycle');
    expect(cycles.filter(({ from }) => from.startsWith('src/sandbox/ring'))).not.toEqual([]);
  });
});
