import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';

import { runFollow } from '../../scripts/drift/run-follow.ts';
import { createCheckout, type Checkout } from './checkout.ts';

const published = await readFile(join(import.meta.dirname, '..', '..', 'spec', 'reports.yml'), 'utf8');
let answer = '';
const server: Server = createServer((_, response) => response.end(answer));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports.yml`;

const checkouts: Checkout[] = [];
let checkout: Checkout;

beforeEach(async () => {
  checkout = await createCheckout('src', 'test/contract/type-contract.ts');
  checkouts.push(checkout);
});

afterAll(async () => {
  server.close();
  await Promise.all(checkouts.map(({ remove }) => remove()));
});

/** Serves a changed document and takes it over; of the checks, only the compiler runs. */
async function follow(text: string) {
  answer = text;
  const output: string[] = [];
  const compiler = join(checkout.root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  const exitCode = await runFollow(['--upstream', upstream, '--branch', 'drift/upstream'], {
    root: checkout.root,
    write: (line) => output.push(line),
    writeError: (line) => output.push(line),
    check: async (script) => {
      if (script !== 'types') return '';
      return (await promisify(execFile)(process.execPath, [compiler], { cwd: checkout.root })).stdout;
    },
  });
  return { exitCode, report: output.join('\n') };
}

function changed(from: string, to: string): string {
  if (!published.includes(from)) throw new Error(`the document does not hold ${from}`);
  return published.replaceAll(from, to);
}

describe('npm run drift:follow', () => {
  it('does nothing where the published document is the recorded one', async () => {
    const { exitCode, report } = await follow(`# in other bytes\n${published}`);
    expect({ exitCode, report }).toEqual({ exitCode: 0, report: 'Nothing new has been published.' });
    expect(await checkout.git('status', '--porcelain', '--', 'spec', 'generated')).toBe('');
  });

  it('ends in a branch whose checks pass where a field was added', async () => {
    const field = '        wait_of_a_test:\n          description: Of a test\n          type: integer\n';
    const { exitCode, report } = await follow(changed('        rate:\n', `${field}        rate:\n`));
    expect(report).toContain('all checks pass');
    expect(report).toContain('`CallLog.wait_of_a_test` is new');
    expect(exitCode).toBe(3);
    expect(await checkout.git('branch', '--show-current')).toBe('drift/upstream');
    const files = await checkout.git('show', '--name-only', '--format=%s');
    expect(files).toMatch(/^feat\(spec\): take over the published document\n/);
    expect(files).toMatch(/generated\/types\.ts[^]*spec\/reports\.yml\nspec\/upstream\.json/);
    expect(files).toMatch(/\.changeset\/upstream-[0-9a-f]{8}\.md/);
    const recorded = JSON.parse(await readFile(join(checkout.root, 'spec', 'upstream.json'), 'utf8')) as object;
    expect(recorded).toMatchObject({ url: expect.stringMatching(/^https:/) });
    const again = await follow(answer);
    expect(again.exitCode).toBe(0);
  });

  it('says what somebody has to repair where what users rely on has changed, formats, defaults and component names included', async () => {
    const { exitCode, report } = await follow(
      changed('CallLog"', 'CallRecord"')
        .replace('    CallLog:\n', '    CallRecord:\n')
        .replace('            default: 10\n', '            default: 100\n')
        .replace('          example: true\n          type: boolean', '          type: string'),
    );
    expect(exitCode).toBe(4);
    expect(report).toContain('somebody has to repair');
    // The overlay describes the rows by the component's name, so that is where a hand is needed first.
    expect(report).toContain('`npm run generate` fails');
    expect(report).toContain('match nothing in the document; mend or delete them');
    expect(await checkout.git('branch', '--show-current')).toBe('drift/upstream');
  });

  it('says what no longer compiles, in the words of the type contract', async () => {
    const { exitCode, report } = await follow(
      changed('DetailedInvalidParam', 'InvalidParameter')
        .replace('            default: 10\n', '            default: 100\n')
        .replace('          example: false\n          type: boolean', '          type: string')
        .replace('          example: 0\n          type: number', '          format: float\n          type: number'),
    );
    expect(exitCode).toBe(4);
    expect(report).toContain('`npm run types` fails');
    expect(report).toContain('The components: `DetailedInvalidParam` is gone or renamed');
    expect(report).toContain('The defaults of the query: `page_size` has changed');
    expect(report).toContain('The formats of a row: `charge` has changed');
    expect(report).toContain('A row: `international` has changed');
  });

  it('takes over nothing while something is uncommitted, or where the address has no document', async () => {
    const nothing = await follow('<!doctype html>');
    expect(nothing.exitCode).toBe(1);
    expect(nothing.report).toMatch(/^The published document was not taken over: .*not an OpenAPI 3 document/);
    await checkout.replace('spec/reports.yml', 'version: 1.0.1', 'version: 1.0.2');
    const { exitCode, report } = await follow(published);
    expect({ exitCode, report }).toMatchObject({ exitCode: 1, report: expect.stringContaining('uncommitted') });
  });
});
