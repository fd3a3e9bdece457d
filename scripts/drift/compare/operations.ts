import { at, isObject, listOf, objectOf, type Document, type Json } from '../document.ts';
import { compareSecurity, compareServers } from './access.ts';
import { isSamePlace, within, type Direction, type Place, type Segment } from './findings.ts';
import { namesApart } from './pairs.ts';
import { placeOfTarget, schemaOf } from './schema.ts';
import { SchemaComparison, type Comparison, type Spot } from './schemas.ts';
import { changedKeys, compareTexts, isText, withoutTexts, type Add } from './values.ts';

/** A definition that may be written by reference: its content, and where that is written. */
export interface Part {
  value: Json;
  place: Place;
  reference?: string;
}

export type ComparePart = (older: Part, newer: Part, spot: Spot) => void;

/** The members of a path item that are operations, by method. */
export function operationsOf(item: Json): Map<string, Json> {
  const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
  const own = methods.map((method) => [method.toUpperCase(), item[method]] as const);
  const all = [...own, ...Object.entries(objectOf(item.additionalOperations))];
  return new Map(all.flatMap(([method, value]) => (isObject(value) ? [[method, value] as const] : [])));
}

/** Compares path items and their parts. */
export class OperationComparison {
  readonly #comparison: Comparison;
  readonly #schemas: SchemaComparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
    this.#schemas = new SchemaComparison(comparison);
  }

  /** By section of the components. */
  readonly components: Readonly<Record<string, ComparePart>> = {
    schemas: (older, newer, spot) => {
      this.#schemas.compare(
        { schema: older.value, place: older.place },
        { schema: newer.value, place: newer.place },
        spot,
      );
    },
    parameters: (older, newer, spot) => {
      this.#parameter(older, newer, spot);
    },
    headers: (older, newer, spot) => {
      this.#valued(older, newer, spot, []);
    },
    requestBodies: (older, newer, spot) => {
      this.#body(older, newer, spot);
    },
    responses: (older, newer, spot) => {
      this.#each('header', older.value.headers, newer.value.headers, spot, 'headers');
      this.#contents(older, newer, spot);
      this.#rest(older.value, newer.value, spot, ['headers', 'content']);
    },
    mediaTypes: (older, newer, spot) => {
      for (const key of ['schema', 'itemSchema']) this.#schema(older.value[key], newer.value[key], spot);
      this.#rest(older.value, newer.value, spot, ['schema', 'itemSchema']);
    },
    callbacks: (older, newer, spot) => {
      this.#each('callback', older.value, newer.value, spot, 'pathItems');
    },
    pathItems: (older, newer, spot) => {
      this.pathItem(older, newer, spot.place, 'received');
    },
  };

  /**
   * `sends` is the direction of the requests: `received` where the provider calls. `names` gives the new name of a path
   * parameter whose path is written otherwise now.
   */
  pathItem(
    older: Part,
    newer: Part,
    place: Place,
    sends: Direction,
    names: ReadonlyMap<string, string> = new Map(),
  ): void {
    const [before, after] = [operationsOf(older.value), operationsOf(newer.value)];
    const spotOf = (method: string): Spot => {
      const [[kind, path] = ['', '']] = place.owner;
      const operation: Place = { owner: [['operation', `${method} ${path}`]], fields: [] };
      const own = kind === 'path' ? operation : within(place, ['operation', method]);
      return { place: own, from: own };
    };
    for (const method of before.keys()) if (!after.has(method)) this.#add(spotOf(method))('operation gone');
    for (const [method, operation] of after) {
      const spot = spotOf(method);
      this.#comparison.findings.declareUse(spot.place, sends);
      const known = before.get(method);
      if (!known) this.#add(spot)('operation new', undefined, withoutTexts(operation));
      else this.#operation([known, older], [operation, newer], spot, sends, names);
    }
    const spot = { place, from: place };
    this.#comparison.findings.declareUse(place, sends);
    this.#rest(
      older.value,
      newer.value,
      spot,
      [...before.keys(), ...after.keys()]
        .map((name) => name.toLowerCase())
        .concat('parameters', 'servers', 'additionalOperations', '$ref'),
    );
  }

  #operation(
    [older, olderItem]: [Json, Part],
    [newer, newerItem]: [Json, Part],
    spot: Spot,
    sends: Direction,
    names: ReadonlyMap<string, string>,
  ): void {
    const { base, head, findings } = this.#comparison;
    const add = this.#add(spot);
    this.#rest(older, newer, spot, ['parameters', 'requestBody', 'responses', 'callbacks', 'security', 'servers']);
    if (older.security ?? newer.security) compareSecurity([base, older], [head, newer], add);
    const servers = [older.servers ?? olderItem.value.servers, newer.servers ?? newerItem.value.servers] as const;
    if (servers[0] ?? servers[1]) compareServers(servers[0] ?? base.servers, servers[1] ?? head.servers, add);
    this.#parameters(
      parametersOf(base, older, olderItem, spot.place),
      parametersOf(head, newer, newerItem, spot.place),
      spot,
      names,
    );
    this.#each('request', bodyOf(older), bodyOf(newer), spot, 'requestBodies');
    const received = sends === 'sent' ? 'received' : 'sent';
    for (const status of Object.keys(objectOf(older.responses)))
      findings.declareUse(within(spot.place, ['response', status]), received);
    this.#each('response', older.responses, newer.responses, spot, 'responses', true);
    this.#each('callbacks', older.callbacks, newer.callbacks, spot, 'callbacks');
  }

  #parameters(older: Part[], newer: Part[], spot: Spot, names: ReadonlyMap<string, string>): void {
    const rest = { older: [...older], newer: [...newer] };
    const pair = (matches: (one: Part, other: Part) => boolean, compare: (one: Part, other: Part) => void): void => {
      for (const one of [...rest.older]) {
        const other = rest.newer.find((candidate) => matches(one, candidate));
        if (!other) continue;
        rest.older.splice(rest.older.indexOf(one), 1);
        rest.newer.splice(rest.newer.indexOf(other), 1);
        compare(one, other);
      }
    };
    const spotOf = (part: Part): Spot => ({ ...spot, place: within(spot.place, segmentOf(part)) });
    const compare = (one: Part, other: Part): void => {
      this.#paired(one, other, spotOf(one), 'parameters');
    };
    const isKnownAs = (name: unknown, other: Part, isIn: boolean): boolean => other.value.name === name && isIn;
    pair((one, other) => this.#isShared(one, other), compare);
    pair((one, other) => isKnownAs(one.value.name, other, one.value.in === other.value.in), compare);
    pair(
      (one, other) =>
        isKnownAs(names.get(String(one.value.name)), other, one.value.in === 'path' && other.value.in === 'path'),
      (one, other) => {
        this.#valued(one, other, spotOf(one), ['name', 'in']);
      },
    );
    pair((one, other) => isKnownAs(one.value.name, other, true), compare);
    const renamed = namesApart(contentOf(older), contentOf(newer)).renamed;
    pair((one, other) => renamed.get(segmentOf(one)[1]) === segmentOf(other)[1], compare);
    for (const part of rest.older) this.#add(spotOf(part))('parameter gone');
    for (const part of rest.newer) {
      const kind = part.value.required === true ? 'required parameter new' : 'parameter new';
      this.#add(spotOf(part))(kind, undefined, withoutTexts(part.value));
    }
  }

  #parameter(older: Part, newer: Part, spot: Spot): void {
    const add = this.#add(spot);
    if (older.value.in !== newer.value.in) add('parameter moved', older.value.in, newer.value.in);
    if (older.value.name !== newer.value.name) add('parameter renamed', older.value.name, newer.value.name);
    for (const key of ['style', 'explode', 'allowReserved'] as const) {
      const [before, after] = [serialisationOf(older.value)[key], serialisationOf(newer.value)[key]];
      if (before !== after) add('serialisation', { [key]: before }, { [key]: after });
    }
    this.#valued(older, newer, spot, ['name', 'in', 'style', 'explode', 'allowReserved']);
  }

  /** A parameter or a header: something required or not, with a schema. */
  #valued(older: Part, newer: Part, spot: Spot, known: readonly string[]): void {
    const [before, after] = [older.value.required === true, newer.value.required === true];
    if (before !== after) this.#add(spot)('required', before, after);
    if (older.value.content ?? newer.value.content) this.#contents(older, newer, spot);
    else this.#schema(older.value.schema, newer.value.schema, spot);
    this.#rest(older.value, newer.value, spot, ['required', 'schema', 'content', ...known]);
  }

  #body(older: Part, newer: Part, spot: Spot): void {
    const [before, after] = [older.value.required === true, newer.value.required === true];
    if (before !== after) this.#add(spot)('required', before, after);
    this.#contents(older, newer, spot);
    this.#rest(older.value, newer.value, spot, ['required', 'content']);
  }

  #contents(older: Part, newer: Part, spot: Spot): void {
    this.#each('body', older.value.content, newer.value.content, spot, 'mediaTypes');
  }

  #schema(older: unknown, newer: unknown, spot: Spot): void {
    if (older === undefined && newer === undefined) return;
    const [one, other] = [older, newer].map((schema) => ({ schema: schemaOf(schema), place: spot.place }));
    if (one && other) this.#schemas.compare(one, other, spot);
  }

  /** Named definitions: what is gone, what is new, and what both have. */
  #each(kind: string, older: unknown, newer: unknown, spot: Spot, section: string, isUse = false): void {
    const [before, after] = [objectOf(older), objectOf(newer)];
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const place = within(spot.place, [kind, name]);
      const own = { place, from: isUse ? place : spot.from };
      const [one, other] = [
        partOf(this.#comparison.base, before[name], place),
        partOf(this.#comparison.head, after[name], place),
      ];
      if (!(name in after)) this.#add({ ...own, from: spot.from })(`${kind} gone`);
      else if (!(name in before))
        this.#add({ ...own, from: spot.from })(newKind(kind, other), undefined, withoutTexts(other.value));
      else this.#paired(one, other, own, section);
    }
  }

  #paired(older: Part, newer: Part, spot: Spot, section: string): void {
    if (section !== 'pathItems' && this.#isShared(older, newer))
      this.#comparison.findings.declareReference(spot.from, older.place);
    else
      this.components[section]?.(
        older,
        newer,
        isSamePlace(older.place, newer.place) ? { ...spot, place: older.place } : spot,
      );
  }

  #isShared(older: Part, newer: Part): boolean {
    if (older.reference === undefined || newer.reference === undefined) return false;
    return this.#comparison.isSameComponent(older.reference, newer.reference);
  }

  #add({ place, from }: Spot): (kind: string, before?: unknown, after?: unknown) => void {
    return (kind, before, after) => {
      this.#comparison.findings.add({ place, kind, before, after }, from);
    };
  }

  /** What is not compared by a rule of its own: texts, extensions, flags, and keywords that nobody knows. */
  #rest(older: Json, newer: Json, spot: Spot, known: readonly string[]): void {
    const add: Add = this.#add(spot);
    for (const key of changedKeys(older, newer).filter((name) => !known.includes(name) && !isText(name)))
      add(key.startsWith('x-') ? 'extension' : key, older[key], newer[key]);
    compareTexts(older, newer, add);
  }
}

function newKind(kind: string, { value }: Part): string {
  return value.required === true && kind === 'request' ? 'required request new' : `${kind} new`;
}

/** Under an empty name, so that it can be compared like what has one. */
function bodyOf({ requestBody }: Json): Json {
  return requestBody === undefined ? {} : { '': requestBody };
}

/** What a value says, its reference followed. */
export function partOf(document: Document, value: unknown, place: Place, hops = 0): Part {
  const reference = isObject(value) ? value.$ref : undefined;
  if (typeof reference !== 'string' || hops > 20) return { value: objectOf(value), place };
  const target = partOf(document, at(document, reference), placeOfTarget(reference, place), hops + 1);
  return { reference, ...target };
}

/** Those of the path included, unless the operation has its own of that name. */
function parametersOf(document: Document, operation: Json, { value, place }: Part, own: Place): Part[] {
  const parts = (list: unknown, owner: Place): Part[] =>
    listOf(list).map((parameter) => {
      const part = partOf(document, parameter, owner);
      return part.reference === undefined ? { ...part, place: within(owner, segmentOf(part)) } : part;
    });
  const mine = parts(operation.parameters, own);
  const names = new Set(mine.map((part) => segmentOf(part)[1]));
  return [...parts(value.parameters, place).filter((part) => !names.has(segmentOf(part)[1])), ...mine];
}

function segmentOf({ value }: Part): Segment {
  return ['parameter', `${String(value.in)} ${String(value.name)}`];
}

function contentOf(parts: readonly Part[]): Map<string, unknown> {
  return new Map(parts.map((part) => [segmentOf(part)[1], { ...part.value, name: undefined }]));
}

/** How a parameter is written, what is meant where nothing is said included. */
function serialisationOf({ in: location, style, explode, allowReserved }: Json) {
  const own = style ?? (location === 'query' || location === 'cookie' ? 'form' : 'simple');
  return { style: own, explode: explode ?? own === 'form', allowReserved: allowReserved ?? false };
}
