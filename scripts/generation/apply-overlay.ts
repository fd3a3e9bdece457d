import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compile, type JSONValue } from 'json-p3';
import { parse } from 'yaml';

import type { OpenApiDocument } from './openapi-document.ts';

interface OverlayAction {
  target: string;
  description?: string;
}

/**
 * The document of `specFolder` with its overlay applied.
 *
 * @throws if an action matches nothing. Redocly passes over such an action without a word, and a difference that is
 * silently no longer described is worse than a failed generation.
 */
export async function applyOverlay(specFolder: string, workFolder: string): Promise<OpenApiDocument> {
  const documentFile = join(specFolder, 'reports.yml');
  const overlayFile = join(specFolder, 'overlay.yml');
  await refuseIdleActions(documentFile, overlayFile);

  const output = join(workFolder, 'with-overlay.json');
  await redocly(['bundle', documentFile, '--overlay', overlayFile, '--ext', 'json', '--output', output]);
  return JSON.parse(await readFile(output, 'utf8')) as OpenApiDocument;
}

async function refuseIdleActions(documentFile: string, overlayFile: string): Promise<void> {
  const document = parse(await readFile(documentFile, 'utf8')) as JSONValue;
  const { actions } = parse(await readFile(overlayFile, 'utf8')) as { actions: OverlayAction[] };
  const idle = actions.filter(({ target }) => compile(target).query(document).empty());
  if (idle.length > 0) {
    const list = idle.map(({ target, description }) => `  ${target}\n    ${description ?? ''}`).join('\n');
    throw new Error(`spec/overlay.yml: these actions match nothing in the document; mend or delete them:\n${list}`);
  }
}

async function redocly(args: string[]): Promise<void> {
  // The package exports no command file, so it is found beside its package.json.
  const packageFile = createRequire(import.meta.url).resolve('@redocly/cli/package.json');
  const command = join(packageFile, '..', 'bin', 'cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  await promisify(execFile)(process.execPath, [command, ...args], { env });
}
