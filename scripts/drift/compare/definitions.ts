import { at, isObject, listOf, objectOf, type Document, type Json } from '../document.ts';
import { compareSecurity, compareServers } from './access.ts';
import { placeOf, samePlace, within, type Place, type Spot } from './findings.ts';
import { pairUp, renamesIn, type Match } from './pairs.ts';
import { placeOfTarget, schemaOf } from './schema.ts';
import { SchemaComparison, type Comparison } from './schemas.ts';
import { allKeys, compareRest, plain } from './values.ts';

/** A definition that may be written by reference: its content, and where that is written. */
export interface Part {
  value: Json;
  place: Place;
  reference?: string;
}

/** The content of each kind of definition: maps of named definitions, by keyword and kind, and schemas. */
const contents: Readonly<Record<string, { maps?: Json; schemas?: readonly string[] }>> = {
  document: { maps: { paths: 'path', webhooks: 'webhook' } },
  operation: { maps: { responses: 'response', callbacks: 'callback' } },
  parameter: { maps: { content: 'body' }, schemas: ['schema'] },
  header: { maps: { content: 'body' }, schemas: ['schema'] },
  request: { maps: { content: 'body' } },
  response: { maps: { content: 'body', headers: 'header' } },
  body: { schemas: ['schema', 'itemSchema'] },
};
/** Keywords that have a comparison of their own. */
const handled = ['components', 'info', 'parameters', 'requestBody', 'security', 'servers', 'additionalOperations'];
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
const opposite = { sent: 'received', received: 'sent' } as const;

/** The operations of a path, by method. */
export function operationsOf(path: unknown): Json {
  const item = objectOf(path);
  const own = methods.filter((method) => isObject(item[method])).map((method) => [method.toUpperCase(), item[method]]);
  return { ...(Object.fromEntries(own) as Json), ...objectOf(item.additionalOperations) };
}

/** Compares paths, operations, and whatever they contain. */
export class DefinitionComparison {
  readonly #comparison: Comparison;
  readonly #schemas: SchemaComparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
    this.#schemas = new SchemaComparison(comparison);
  }

  /** Compares two definitions of one kind. */
  compare(kind: string, older: Part, newer: Part, spot: Spot): void {
    const node = ({ value, place }: Part) => ({ schema: value, place });
    if (kind === 'schema') this.#schemas.compare(node(older), node(newer), spot);
    else if (pathKinds.has(kind)) this.#path(older, newer, spot);
    else if (kind === 'callback')
      this.maps('callback path', older.value, newer.value, { ...spot, sends: opposite[spot.sends ?? 'sent'] });
    else this.#content(kind, older, newer, spot);
  }

  #content(kind: string, older: Part, newer: Part, spot: Spot): void {
    const { maps = {}, schemas = [] } = contents[kind] ?? {};
    // Styles mean something else in another location, so those of a parameter that moves are not compared.
    const isPlaced = kind === 'parameter' && older.value.in === newer.value.in;
    const said = ({ value }: Part): Json => (isPlaced ? withDefaults(value) : value);
    const add = this.#comparison.findings.adder(spot);
    // Under `schema` a value is written in another way than under `content`, so there is nothing to compare.
    const isRewritten = schemas.includes('schema') && 'content' in older.value !== 'content' in newer.value;
    const parts = isRewritten ? schemas : [...Object.keys(maps), ...schemas];
    compareRest(said(older), said(newer), add, [...parts, ...handled]);
    if (isRewritten) return;
    for (const [key, child] of Object.entries(maps)) this.maps(String(child), older.value[key], newer.value[key], spot);
    for (const key of schemas) {
      const node = ({ value }: Part) => ({ schema: schemaOf(value[key]), place: spot.place });
      if (older.value[key] ?? newer.value[key]) this.#schemas.compare(node(older), node(newer), spot);
    }
  }

  #path(older: Part, newer: Part, spot: Spot): void {
    const [before, after] = [operationsOf(older.value), operationsOf(newer.value)];
    for (const method of allKeys(before, after)) {
      const [[kind, path] = ['', '']] = spot.place.owner;
      const isPath = kind === 'path';
      const place = isPath ? placeOf(['operation', `${method} ${path}`]) : within(spot.place, ['operation', method]);
      const [one, other] = [before[method], after[method]];
      const here = { ...spot, place, from: place };
      const add = this.#comparison.findings.adder(here);
      this.#comparison.findings.declareUse(place, spot.sends ?? 'sent');
      if (other === undefined) add('operation', method);
      else if (one === undefined) add('operation', undefined, plain(other));
      else this.#operation([objectOf(one), older], [objectOf(other), newer], here);
    }
    compareRest(older.value, newer.value, this.#comparison.findings.adder(spot), [...methods, ...handled]);
  }

  #operation([older, olderPath]: [Json, Part], [newer, newerPath]: [Json, Part], spot: Spot): void {
    const { base, head, findings } = this.#comparison;
    const add = findings.adder(spot);
    if (older.security ?? newer.security) compareSecurity([base, older], [head, newer], add);
    const [before, after] = [older.servers ?? olderPath.value.servers, newer.servers ?? newerPath.value.servers];
    if (before ?? after) compareServers(before ?? base.servers, after ?? head.servers, add);
    this.#parameters(parametersOf(base, older, olderPath, spot), parametersOf(head, newer, newerPath, spot), spot);
    const body = ({ requestBody }: Json): Json => (requestBody === undefined ? {} : { '': requestBody });
    this.maps('request', body(older), body(newer), spot);
    this.#content('operation', { value: older, place: spot.place }, { value: newer, place: spot.place }, spot);
  }

  #parameters(older: Part[], newer: Part[], spot: Spot): void {
    const content = (parts: Part[]): Json =>
      Object.fromEntries(parts.map((part) => [idOf(part), { ...part.value, name: undefined }]));
    const renames = renamesIn(content(older), content(newer));
    const rules: Match<Part>[] = [
      (one, other) => this.#comparison.isSameComponent(one.reference, other.reference),
      (one, other) => idOf(one) === idOf(other),
      (one, other) => one.value.name === other.value.name,
      (one, other) => renames.get(idOf(one)) === idOf(other),
      // Only where the path itself is written differently.
      (one, other) => one.value.in === 'path' && other.value.in === 'path',
    ];
    const { pairs, gone, added } = pairUp(older, newer, rules);
    const here = (part: Part): Spot => ({ ...spot, place: within(spot.place, ['parameter', idOf(part)]) });
    for (const [one, other] of pairs) this.#pair('parameter', one, other, here(one));
    for (const part of gone) this.#comparison.findings.adder(here(part))('parameter', idOf(part));
    for (const part of added) this.#addNew('parameter', part, here(part));
  }

  /** Compares named definitions: those that are gone, those that are new, and those that both documents have. */
  maps(kind: string, older: unknown, newer: unknown, spot: Spot): void {
    const { base, head, findings } = this.#comparison;
    const [before, after] = [objectOf(older), objectOf(newer)];
    for (const name of allKeys(before, after)) {
      const place = spot.place.owner[0]?.[0] === 'document' ? placeOf([kind, name]) : within(spot.place, [kind, name]);
      const here = { ...spot, place, ...(ownUses.has(kind) && { from: place }) };
      const { sends = kind === 'webhook' ? 'received' : 'sent' } = spot;
      if (ownUses.has(kind)) findings.declareUse(place, kind === 'response' ? opposite[sends] : sends);
      const [one, other] = [partOf(base, before[name], place), partOf(head, after[name], place)];
      if (!(name in after)) findings.adder(here)(kind, name);
      else if (!(name in before)) this.#addNew(kind, other, here);
      else this.#pair(kind, one, other, { ...here, sends });
    }
  }

  #addNew(kind: string, part: Part, spot: Spot): void {
    const isRequired = part.value.required === true && kind !== 'header';
    this.#comparison.findings.adder(spot)(isRequired ? `required ${kind}` : kind, undefined, plain(part.value));
  }

  #pair(kind: string, older: Part, newer: Part, spot: Spot): void {
    const place = samePlace(older.place, newer.place) ?? spot.place;
    const { findings, isSameComponent } = this.#comparison;
    // Operations have uses of their own, so they are compared wherever their path is reached.
    const isShared = isSameComponent(older.reference, newer.reference) && !pathKinds.has(kind);
    if (isShared) findings.declareReference(spot.from, older.place);
    else this.compare(kind, older, newer, { ...spot, place });
  }
}

/** Definitions in which the data has one direction, so that what is found in them is used there. */
const ownUses = new Set(['path', 'webhook', 'response']);
const pathKinds = new Set(['path', 'webhook', 'callback path']);

const idOf = ({ value }: Part): string => `${String(value.in)} ${String(value.name)}`;

/** Follows references to the content of a definition. */
export function partOf(document: Document, value: unknown, place: Place, references = 0): Part {
  const reference = isObject(value) ? value.$ref : undefined;
  if (typeof reference !== 'string' || references > 20) return { value: objectOf(value), place };
  const target = partOf(document, at(document, reference), placeOfTarget(reference, place), references + 1);
  return { ...target, reference };
}

/** An operation's parameters, and those of its path that it does not define itself. */
function parametersOf(document: Document, operation: Json, path: Part, { place }: Spot): Part[] {
  const parts = (list: unknown, owner: Place): Part[] =>
    listOf(list).map((parameter) => {
      const part = partOf(document, parameter, owner);
      return part.reference === undefined ? { ...part, place: within(owner, ['parameter', idOf(part)]) } : part;
    });
  const own = parts(operation.parameters, place);
  const ids = new Set(own.map(idOf));
  const all = [...own, ...parts(path.value.parameters, path.place).filter((part) => !ids.has(idOf(part)))];
  return all.filter(({ value }) => typeof value.name === 'string');
}

/** A parameter with what is meant where nothing is said. The name of one in the path is a matter of the path. */
function withDefaults({ name, ...parameter }: Json): Json {
  const { in: location, style = location === 'query' || location === 'cookie' ? 'form' : 'simple' } = parameter;
  return { ...parameter, style, explode: parameter.explode ?? style === 'form', ...(location !== 'path' && { name }) };
}
