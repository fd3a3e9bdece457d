import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONValue } from 'json-p3';
import { parse } from 'yaml';

import { redocly } from '../redocly.ts';
import { checkOverlay, type OverlayAction } from './check-overlay.ts';
import type { OpenApiDocument } from './openapi-document.ts';

/**
 * The document of `specFolder` with its overlay applied.
 *
 * @throws if an action matches nothing, or says what the document says by now: a difference that is silently no longer
 * described, or no longer one, is worse than a failed generation.
 */
export async function applyOverlay(specFolder: string, workFolder: string): Promise<OpenApiDocument> {
  const documentFile = join(specFolder, 'reports.yml');
  const overlayFile = join(specFolder, 'overlay.yml');
  const { actions } = parse(await readFile(overlayFile, 'utf8')) as { actions: OverlayAction[] };
  checkOverlay(parse(await readFile(documentFile, 'utf8')) as JSONValue, actions);

  const output = join(workFolder, 'with-overlay.json');
  await redocly(['bundle', documentFile, '--overlay', overlayFile, '--ext', 'json', '--output', output]);
  return JSON.parse(await readFile(output, 'utf8')) as OpenApiDocument;
}
