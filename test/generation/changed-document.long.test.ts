import { execFile } from 'node:child_process';
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { generate, staleFiles } from '../../scripts/generation/generate.ts';
import { changedSpec } from './changed-spec.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
let work: string;

beforeAll(async () => {
  work = await realpath(await mkdtemp(join(tmpdir(), 'vbc-reports-changed-document-')));
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe('a document with a field added, a field renamed and a parameter added', () => {
  let checkout: string;

  beforeAll(async () => {
    const specFolder = await changedSpec(work, 'changed', 'reports.yml', (content) =>
      content
        .replace(
          '        rate:\n',
          '        queue_wait:\n          example: 12\n          type: integer\n        rate:\n',
        )
        .replace('        in_network:\n', '        on_network:\n')
        .replace(
          '        - description: Filter by source user\n',
          '        - in: query\n          name: queue\n          schema:\n            type: string\n' +
            '        - description: Filter by source user\n',
        ),
    );
    checkout = join(work, 'checkout');
    await cp(join(root, 'src'), join(checkout, 'src'), { recursive: true });
    await cp(join(root, 'tsconfig.json'), join(checkout, 'tsconfig.json'));
    await cp(join(root, 'package.json'), join(checkout, 'package.json'));
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    await generate({ specFolder, outputFolder: join(checkout, 'generated') });
  });

  it('differs in the files that hold fields and parameters, and in no other', async () => {
    expect(await staleFiles(join(root, 'generated'), join(checkout, 'generated'))).toEqual([
      'answer-schema.ts',
      'openapi.json',
      'query-parameters.ts',
      join('schemas', 'schemas', '$CallLog.ts'),
      'types.ts',
    ]);
  });

  it('gives types with the new field, the new name, and the new filter, and without the old name', async () => {
    await writeFile(
      join(checkout, 'consumer.ts'),
      [
        "import type { CallLog, ListOptions } from './src/index.ts';",
        'declare const call: CallLog;',
        'export const wait: number | undefined = call.queue_wait;',
        'export const onNetwork: boolean | undefined = call.on_network;',
        '// @ts-expect-error the old name is gone',
        'export const inNetwork: boolean | undefined = call.in_network;',
        "export const options: ListOptions = { from: '2026-01-01', to: '2026-02-01', queue: 'sales' };",
      ].join('\n'),
    );
    await writeFile(
      join(checkout, 'tsconfig.consumer.json'),
      JSON.stringify({ extends: './tsconfig.json', include: ['consumer.ts'] }),
    );
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = run(process.execPath, [compiler, '-p', 'tsconfig.consumer.json'], { cwd: checkout });
    await expect(compiled).resolves.toMatchObject({ stdout: '' });
  });

  it('gives CSV columns with the new names and sends the new filter, with no hand edit', async () => {
    await writeFile(
      join(checkout, 'program.ts'),
      [
        "import { createCsvFormat } from './src/tools/export/index.ts';",
        "import { createReportsClient } from './src/index.ts';",
        'const urls: string[] = [];',
        'const fetch = (url: string) => (urls.push(url), Promise.resolve(Response.json({ total_items: 0 })));',
        "const client = createReportsClient({ accountId: '913874', auth: 'a-token', fetch });",
        "await client.callLogs.list({ from: '2026-01-01', to: '2026-02-01', queue: 'sales' });",
        "console.log(JSON.stringify({ head: createCsvFormat().head.trim().split(','), urls }));",
      ].join('\n'),
    );
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'program.ts'], { cwd: checkout });
    const { head, urls } = JSON.parse(stdout) as { head: string[]; urls: string[] };
    expect(head).toEqual(expect.arrayContaining(['queue_wait', 'on_network']));
    expect(head).not.toContain('in_network');
    expect(new URL(urls[0] ?? '').searchParams.get('queue')).toBe('sales');
  });

  it('is compared with the new fields and without the old name, with no hand edit', async () => {
    await writeFile(
      join(checkout, 'comparison.ts'),
      [
        "import { compareResponse } from './src/core/drift.ts';",
        'const call = { queue_wait: "12", on_network: true, in_network: true };',
        'const report = ({ kind, field }) => console.log(kind, field.replace(/.*\\./, ""));',
        'compareResponse({ total_items: 1, _embedded: { call_logs: [call] } }, { report });',
      ].join('\n'),
    );
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'comparison.ts'], { cwd: checkout });
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('missing'))).toEqual(['type queue_wait', 'undeclared in_network']);
  });
});
