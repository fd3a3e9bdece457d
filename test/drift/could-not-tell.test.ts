import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { findDifferences } from '../../scripts/drift/compare/documents.ts';
import { parseDocument } from '../../scripts/drift/document.ts';
import { runDrift } from '../../scripts/drift/run-drift.ts';

const root = join(import.meta.dirname, '..', '..');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports.yml`;
}

async function drift(args: string[], timeoutMs = 60_000) {
  const lines = { output: [] as string[], errors: [] as string[] };
  const write = (text: string) => lines.output.push(text);
  const writeError = (text: string) => lines.errors.push(text);
  const exitCode = await runDrift(args, { root, write, writeError, timeoutMs });
  return { exitCode, ...lines };
}

function expectNotTold({ exitCode, output, errors }: Awaited<ReturnType<typeof drift>>, reason: RegExp): void {
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: [] });
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^Could not tell whether the API has changed: [^\n]*$/);
  expect(errors[0]).toMatch(reason);
}

const megabyte = Buffer.alloc(1024 * 1024, '#');

const answers: [string, RequestListener, RegExp][] = [
  ['HTML', (_, response) => response.end('<!doctype html>\n<title>Hello</title>'), /not an OpenAPI 3 document/],
  ['an empty body', (_, response) => response.end(), /is empty/],
  ['404', (_, response) => response.writeHead(404).end('openapi: 3.0.0'), /status 404/],
  [
    'a redirect to another host',
    (_, response) => response.writeHead(302, { location: 'https://example.com/reports.yml' }).end(),
    /redirects to https:\/\/example\.com\/reports\.yml/,
  ],
  [
    '50 MB',
    (_, response) => {
      const send = (left: number): void => {
        if (left === 0) response.end();
        else
          response.write(megabyte, () => {
            send(left - 1);
          });
      };
      send(50);
    },
    /larger than 5 MB/,
  ],
  ['a closed connection', (request) => request.socket.destroy(), /could not be read/],
  ['malformed YAML', (_, response) => response.end('openapi: "3.0.0\n  - ]'), /neither JSON nor YAML/],
  ['Swagger 2', (_, response) => response.end('swagger: "2.0"\ninfo: {}\npaths: {}'), /not an OpenAPI 3 document/],
];

const silences: [string, RequestListener][] = [
  ['nothing at all', () => undefined],
  ['a body that stops', (_, response) => void response.write('openapi: 3.0.0\n')],
];

describe('npm run drift, when it could not tell', () => {
  it.each(answers)('exits with 1 and one line for a server that returns %s', async (_, listener, reason) => {
    expectNotTold(await drift(['--upstream', await serve(listener)]), reason);
  });

  it.each(silences)('exits with 1 and one line for a server that returns %s', async (_, listener) => {
    expectNotTold(await drift(['--upstream', await serve(listener)], 300), /no complete response within 0\.3 s/);
  });

  it.each([
    ['an unknown option', ['--upstraem', 'x']],
    ['a file that does not exist', ['--upstream', 'no-such-file.yml']],
    ['a revision that git does not know', ['--base', 'no-such-revision']],
    ['a revision that looks like an option', ['--base=--output=x']],
    ['--head alone', ['--head', 'HEAD']],
    ['two things to compare with', ['--base', 'HEAD', '--upstream', 'x']],
  ])('exits with 1 and one line for %s', async (_, args) => {
    const { exitCode, output, errors } = await drift(args);
    expect({ exitCode, output, lines: errors.length }).toEqual({ exitCode: 1, output: [], lines: 1 });
    expect(errors[0]).not.toContain('\n');
  });

  it.each(['/etc/hostname', 'https://example.com/schemas.yml#/CallLog', '../secrets.yml'])(
    'reads no document that refers to %s',
    (reference) => {
      const document = { openapi: '3.0.0', info: {}, paths: { '/a': { $ref: reference } } };
      expect(() => parseDocument(JSON.stringify(document), 'it')).toThrow(/refers to another document/);
    },
  );

  it('reads no document that refers to something it does not contain', () => {
    const document = { openapi: '3.0.0', info: {}, paths: { '/a': { $ref: '#/components/x' } } };
    expect(() => parseDocument(JSON.stringify(document), 'it')).toThrow(/which it does not contain/);
  });

  it('reads no document that refers to a name that only a schema library would resolve', () => {
    const document = { openapi: '3.1.0', info: {}, paths: {}, components: { schemas: { A: { $ref: '#anchor' } } } };
    expect(() => parseDocument(JSON.stringify(document), 'it')).toThrow(/#anchor, which it does not contain/);
  });

  it.each([
    ['refers to nothing but itself', { $ref: '#/components/schemas/A' }],
    ['inherits from itself', { allOf: [{ $ref: '#/components/schemas/A' }, { type: 'object' }] }],
  ])('compares no document with a schema that %s', (_, schema) => {
    const document = (A: object) => {
      const text = JSON.stringify({ openapi: '3.0.0', info: {}, paths: {}, components: { schemas: { A } } });
      return parseDocument(text, 'it');
    };
    expect(() => findDifferences(document(schema), document({ type: 'string' }))).toThrow(/refers to itself/);
  });
});

describe('npm run drift, when there is none', () => {
  it('exits with 0 and says so', async () => {
    const { exitCode, output, errors } = await drift(['--upstream', join(root, 'spec', 'reports.yml')]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(output.join('\n')).toMatch(/No drift\.$/);
  });
});
