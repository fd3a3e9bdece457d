import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, type JSONValue } from 'json-p3';
import { parse } from 'yaml';

import { redocly } from '../redocly.ts';
import type { OpenApiDocument } from './openapi-document.ts';

/** One action of `spec/overlay.yml`: a difference between the published document and the live API. */
export interface OverlayAction {
  /** A JSONPath into the provider's document. */
  readonly target: string;
  readonly description?: string;
  readonly update?: JSONValue;
  readonly remove?: boolean;
}

type JsonObject = Record<string, JSONValue>;

/** Properties that only explain. A provider that says the same in other words has still caught up. */
const texts = new Set(['description', 'summary', 'title', 'example', 'examples']);

/**
 * Returns the document of `specFolder` with its overlay applied.
 *
 * @throws an error of {@link checkOverlay}
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

/**
 * Compares an overlay with the document that it is for.
 *
 * @throws an error that names every action that matches nothing (Redocly ignores it silently) and every action that
 * says what the document now says itself, with what to delete. Otherwise a difference would silently no longer be
 * described, or be described although it is gone.
 */
export function checkOverlay(document: JSONValue, actions: readonly OverlayAction[]): void {
  const problems = [
    list('these actions match nothing in the document; mend or delete them', actions, ({ target }) =>
      nodesOf(document, target).length === 0 ? '' : undefined,
    ),
    list('the document has caught up with these actions; delete them', actions, (action) => {
      const nodes = nodesOf(document, action.target);
      const { update } = action;
      return update !== undefined && nodes.length > 0 && nodes.every((node) => says(node, update)) ? '' : undefined;
    }),
    list('the document now lists some of what these actions add; delete those items', actions, (action) =>
      repeated(document, action),
    ),
  ];
  const found = problems.filter((problem) => problem !== '');
  if (found.length > 0) throw new Error(found.join('\n'));
}

function nodesOf(document: JSONValue, target: string): JSONValue[] {
  return compile(target).query(document).values();
}

/** Lists the actions that have a problem. `problemOf` returns undefined where there is none, and may return details. */
function list(
  heading: string,
  actions: readonly OverlayAction[],
  problemOf: (action: OverlayAction) => string | undefined,
): string {
  const lines = actions.flatMap((action) => {
    const problem = problemOf(action);
    if (problem === undefined) return [];
    return [`  ${action.target}${problem === '' ? '' : `: ${problem}`}\n    ${action.description ?? ''}`];
  });
  return lines.length === 0 ? '' : `spec/overlay.yml: ${heading}:\n${lines.join('\n')}`;
}

/** Tells whether a node already says what an update adds. Texts count only where the update holds nothing else. */
function says(node: JSONValue, update: JSONValue): boolean {
  return holds(node, isObject(update) && !isWording(update) ? withoutTexts(update) : update);
}

function holds(node: JSONValue | undefined, update: JSONValue): boolean {
  if (Array.isArray(update)) return Array.isArray(node) && update.every((item) => includes(node, item));
  if (!isObject(update)) return node === update;
  return isObject(node) && Object.entries(update).every(([key, value]) => holds(node[key], value));
}

function includes(items: readonly JSONValue[], item: JSONValue): boolean {
  return items.some((candidate) =>
    isObject(item) && isNamed(item) ? sameName(candidate, item) : holds(candidate, item),
  );
}

function isNamed(item: JsonObject): boolean {
  return typeof item.name === 'string' && typeof item.in === 'string';
}

/** Two parameters with the same name are the same parameter, whatever else they say. */
function sameName(candidate: JSONValue, item: JsonObject): boolean {
  return isObject(candidate) && candidate.name === item.name && candidate.in === item.in;
}

/** Overlays append to lists, so an item that the list already has would be in it twice. */
function repeated(document: JSONValue, { target, update }: OverlayAction): string | undefined {
  if (update === undefined) return undefined;
  const nodes = nodesOf(document, target);
  if (nodes.length > 0 && nodes.every((node) => says(node, update))) return undefined;
  const items = nodes.flatMap((node) => repeatedItems(node, update));
  return items.length === 0 ? undefined : [...new Set(items)].join(', ');
}

function repeatedItems(node: JSONValue | undefined, update: JSONValue): string[] {
  if (Array.isArray(update)) {
    const there = Array.isArray(node) ? update.filter((item) => includes(node, item)) : [];
    return there.map((item) => (isObject(item) && typeof item.name === 'string' ? item.name : JSON.stringify(item)));
  }
  if (!isObject(update) || !isObject(node)) return [];
  return Object.entries(update).flatMap(([key, value]) => repeatedItems(node[key], value));
}

function isWording(update: JsonObject): boolean {
  return Object.keys(withoutTexts(update)).length === 0;
}

/** Returns an object without its texts, and without objects that hold nothing else. */
function withoutTexts(value: JsonObject): JsonObject {
  const entries = Object.entries(value).flatMap<[string, JSONValue]>(([key, child]) => {
    if (texts.has(key) && !isObject(child)) return [];
    if (!isObject(child)) return [[key, child]];
    const rest = withoutTexts(child);
    return Object.keys(rest).length === 0 && Object.keys(child).length > 0 ? [] : [[key, rest]];
  });
  return Object.fromEntries(entries);
}

function isObject(value: JSONValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
