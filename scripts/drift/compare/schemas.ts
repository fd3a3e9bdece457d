import type { Document, Json } from '../document.ts';
import { field, isSamePlace, keyOf, type Findings, type Place } from './findings.ts';
import { nameOf, namesApart, pairAlternatives, type IsShared } from './pairs.ts';
import {
  anything,
  createSchemaReader,
  placeOfTarget,
  referenceOf,
  type Alternative,
  type Node,
  type Shape,
} from './schema.ts';
import { changedKeys, compareTexts, compareValues, isText, withoutTexts, type Add } from './values.ts';

/** Two documents, and what is found out about them. */
export interface Comparison {
  base: Document;
  head: Document;
  findings: Findings;
  /** Whether two references lead to the same component, by its name or by its new name. */
  isSameComponent: (base: string, head: string) => boolean;
}

/** Where two definitions are compared, and the operation or component from which they were reached. */
export interface Spot {
  place: Place;
  from: Place;
}

/** Compares schemas that have the same role in both documents. */
export class SchemaComparison {
  readonly #findings: Findings;
  readonly #isShared: IsShared;
  readonly #read: { base: (node: Node) => Shape; head: (node: Node) => Shape };
  readonly #isOld: { base: boolean; head: boolean };
  /** Pairs that are being compared further up; a schema may contain itself. */
  readonly #open = new Map<Json, Set<Json>>();

  constructor({ base, head, findings, isSameComponent }: Comparison) {
    this.#findings = findings;
    this.#isShared = (older, newer) => older !== undefined && newer !== undefined && isSameComponent(older, newer);
    this.#read = { base: createSchemaReader(base), head: createSchemaReader(head) };
    this.#isOld = { base: base.openapi.startsWith('3.0'), head: head.openapi.startsWith('3.0') };
  }

  compare(older: Node, newer: Node, { place: at, from }: Spot, isOptional = false): void {
    const spot = { place: samePlace(older, newer) ?? at, from };
    const [before, after] = [referenceOf(older, this.#isOld.base), referenceOf(newer, this.#isOld.head)];
    const own = [
      before === undefined ? {} : annotationsOf(older),
      after === undefined ? {} : annotationsOf(newer),
    ] as const;
    if (this.#isShared(before, after)) {
      this.#annotations(own[0], own[1], spot, isOptional);
      this.#findings.declareReference(from, placeOfTarget(before ?? '', at));
      return;
    }
    const running = this.#open.get(older.schema) ?? new Set();
    if (running.has(newer.schema)) return;
    this.#open.set(older.schema, running.add(newer.schema));
    const shapes = [this.#read.base(older), this.#read.head(newer)] as const;
    this.#annotations(
      { ...shapes[0].annotations, ...own[0] },
      { ...shapes[1].annotations, ...own[1] },
      spot,
      isOptional,
    );
    this.#shapes(shapes[0], shapes[1], spot);
    running.delete(newer.schema);
  }

  #add({ place, from }: Spot): Add {
    return (kind, before, after) => {
      this.#findings.add({ place, kind, before, after }, from);
    };
  }

  #annotations(older: Json, newer: Json, spot: Spot, isOptional: boolean): void {
    const add = this.#add(spot);
    for (const key of changedKeys(older, newer)) {
      const [before, after] = [older[key], newer[key]];
      if (key === 'default' && after === undefined && isOptional) add('lost default', before, after);
      else if (key === 'x-extensible-enum') compareValues('known values', before, after, add);
      else if (!isText(key)) add(key.startsWith('x-') ? 'extension' : key, before, after);
    }
    compareTexts(older, newer, add);
  }

  #shapes(older: Shape, newer: Shape, spot: Spot): void {
    const { pairs, gone, added } = pairAlternatives(older.alternatives, newer.alternatives, this.#isShared);
    const [shared, others] = split(pairs, ([one, other]) => this.#isShared(one.component, other.component));
    // Whether a component can be null is said of the component.
    const isMasked = shared.flat().some(({ nullable }) => nullable);
    const before = isMasked || older.nullable || [...others.map(([one]) => one), ...gone].some(isNullable);
    const after = isMasked || newer.nullable || [...others.map(([, other]) => other), ...added].some(isNullable);
    const isTyped = [...older.alternatives, ...newer.alternatives].every(({ type }) => type !== 'any');
    if (before !== after && isTyped) this.#add(spot)('nullable', before, after);
    if (gone.length + added.length > 0) this.#add(spot)('type', gone.map(nameOf).sort(), added.map(nameOf).sort());
    for (const [{ component = '' }] of shared) {
      this.#findings.declareReference(spot.from, placeOfTarget(component, spot.place));
    }
    const isUnion = older.alternatives.length > 1 && newer.alternatives.length > 1;
    for (const [one, other] of others) {
      this.#alternatives(one, other, isUnion ? { ...spot, place: field(spot.place, `<${nameOf(one)}>`) } : spot);
    }
  }

  #alternatives(older: Alternative, newer: Alternative, spot: Spot): void {
    const add = this.#add(spot);
    if (older.type !== newer.type) add('whole numbers', older.type, newer.type);
    if (older.format !== newer.format) add('format', older.format, newer.format);
    compareValues('values', older.enum, newer.enum, add);
    this.#annotations(older.annotations, newer.annotations, spot, false);
    for (const key of changedKeys(older.limits, newer.limits)) {
      const [before, after] = [older.limits[key], newer.limits[key]];
      add(
        'limit',
        before === undefined ? undefined : { [key]: before },
        after === undefined ? undefined : { [key]: after },
      );
    }
    this.#fields(older, newer, spot);
    this.#items(older, newer, spot);
  }

  #fields(older: Alternative, newer: Alternative, spot: Spot): void {
    const { gone, added, renamed } = namesApart(contentOf(older), contentOf(newer));
    const addAt = (name: string, node: Node | undefined, sources: ReadonlySet<string>): Add => {
      const isWrittenThere = node !== undefined && sources.has(keyOf(node.place.owner));
      return this.#add({ ...spot, place: isWrittenThere ? node.place : field(spot.place, name) });
    };
    for (const name of gone) addAt(name, older.fields.get(name), newer.sources)('field gone', undefined, undefined);
    for (const [name, next] of renamed) addAt(name, older.fields.get(name), newer.sources)('field renamed', name, next);
    for (const name of added) {
      const node = newer.fields.get(name);
      const kind = newer.required.has(name) ? 'required field new' : 'field new';
      addAt(name, node, older.sources)(kind, undefined, withoutTexts(node?.schema));
    }
    for (const [name, one] of older.fields) {
      const other = newer.fields.get(name);
      if (!other) continue;
      const inside = { ...spot, place: samePlace(one, other) ?? field(spot.place, name) };
      const [before, after] = [older.required.has(name), newer.required.has(name)];
      if (before !== after) this.#add(inside)('required', before, after);
      this.compare(one, other, inside, !after);
    }
  }

  #items(older: Alternative, newer: Alternative, spot: Spot): void {
    const compareAt = (step: string, one: Node | false | undefined, other: Node | false | undefined): void => {
      const place = field(spot.place, step);
      const any = { schema: anything, place };
      if (one !== other) this.compare(one || any, other || any, { ...spot, place });
    };
    compareAt('[]', older.items, newer.items);
    for (const index of older.tuple.length > newer.tuple.length ? older.tuple.keys() : newer.tuple.keys())
      compareAt(`[${index}]`, older.tuple[index], newer.tuple[index]);
    const [before, after] = [older.additional, newer.additional];
    if ((before === false) === (after === false)) compareAt('*', before, after);
    else this.#add(spot)('further fields', before !== false, after !== false);
  }
}

function samePlace(older: Node, newer: Node): Place | undefined {
  return isSamePlace(older.place, newer.place) ? older.place : undefined;
}

function isNullable({ nullable }: Alternative): boolean {
  return nullable;
}

/** The annotations beside a reference. */
function annotationsOf({ schema: { $ref: _1, allOf: _2, ...rest } }: Node): Json {
  return rest;
}

/** What each field says, by name. */
function contentOf({ fields }: Alternative): Map<string, unknown> {
  return new Map([...fields].map(([name, { schema }]) => [name, schema]));
}

function split<Value>(values: readonly Value[], belongs: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(belongs), values.filter((value) => !belongs(value))];
}
