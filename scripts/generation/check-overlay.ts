import { compile, type JSONValue } from 'json-p3';

export interface OverlayAction {
  target: string;
  description?: string;
  update?: JSONValue;
  remove?: boolean;
}

type JsonObject = Record<string, JSONValue>;

/** What only explains: a provider that says the same in other words has still caught up. */
const texts = new Set(['description', 'summary', 'title', 'example', 'examples']);

/**
 * Holds an overlay against the document that it is for.
 *
 * @throws an error that names every action that matches nothing (Redocly passes over it without a word), and every
 * action whose difference the document has made up for, and says which to delete. Either would silently describe
 * something that is not so.
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

/** One line an action for which `problemOf` says something more than undefined. */
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

/** Whether a node already says what an update adds. Texts count only where the update is nothing but texts. */
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

/** Two parameters of one name are one parameter, whatever else they say. */
function sameName(candidate: JSONValue, item: JsonObject): boolean {
  return isObject(candidate) && candidate.name === item.name && candidate.in === item.in;
}

/** Overlays append to lists, so an item that is there already would stand there twice. */
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

/** Without texts, and without what holds nothing else. */
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
