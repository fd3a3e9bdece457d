import { CouldNotTell, type Document, type Json } from '../document.ts';
import { field, keyOf, samePlace, type Findings, type Spot } from './findings.ts';
import { alternativeRules, contentOf, nameOf, pairUp, renamesIn } from './pairs.ts';
import { annotationsOf, placeOfTarget, SchemaReader, type Alternative, type Node, type Shape } from './schema.ts';
import { changedKeys, compareRest, compareValues, plain } from './values.ts';

/** Two documents, and what is found out about them. */
export interface Comparison {
  base: Document;
  head: Document;
  findings: Findings;
  /** True for two references that lead to the same component, by its name or by its new name. */
  isSameComponent: (base?: string, head?: string) => boolean;
}

/** Two documents of 2 MB that differ everywhere need some 100,000 steps. */
const mostSteps = 5_000_000;

/** Compares schemas that have the same role in both documents. */
export class SchemaComparison {
  readonly #findings: Findings;
  readonly #isShared: Comparison['isSameComponent'];
  readonly #readers: readonly [base: SchemaReader, head: SchemaReader];
  /** Pairs that are being compared further up; a schema may contain itself. */
  readonly #open = new Map<Json, Set<Json>>();
  #steps = 0;

  constructor({ base, head, findings, isSameComponent }: Comparison) {
    this.#findings = findings;
    this.#isShared = isSameComponent;
    this.#readers = [new SchemaReader(base), new SchemaReader(head)];
  }

  /** `isOptional`: the schema is that of a field that may be left out. */
  compare(older: Node, newer: Node, { place, from }: Spot, isOptional = false): void {
    const spot = { place: samePlace(older.place, newer.place) ?? place, from };
    const [base, head] = this.#readers;
    const [before, after] = [base.referenceOf(older), head.referenceOf(newer)];
    // Texts and flags beside a reference.
    const [besideOlder, besideNewer] = [before ? annotationsOf([older]) : {}, after ? annotationsOf([newer]) : {}];
    if (this.#isShared(before, after)) {
      this.#annotations(besideOlder, besideNewer, spot, isOptional);
      this.#findings.declareReference(from, placeOfTarget(before ?? '', place));
      return;
    }
    const running = this.#open.get(older.schema) ?? new Set();
    if (running.has(newer.schema)) return;
    if (++this.#steps > mostSteps) throw new CouldNotTell('the documents differ in too many places to compare them');
    this.#open.set(older.schema, running.add(newer.schema));
    const [one, other] = [base.read(older), head.read(newer)];
    const known = { ...one.annotations, ...besideOlder };
    this.#annotations(known, { ...other.annotations, ...besideNewer }, spot, isOptional);
    this.#shapes(one, other, spot);
    running.delete(newer.schema);
  }

  #annotations(older: Json, newer: Json, spot: Spot, isOptional: boolean): void {
    const add = this.#findings.adder(spot);
    const isLost = isOptional && older.default !== undefined && newer.default === undefined;
    if (isLost) add('default of an optional field', older.default);
    const key = 'x-extensible-enum';
    compareValues('known value', older[key], newer[key], add);
    compareRest(older, newer, add, isLost ? ['default', key] : [key]);
  }

  #shapes(older: Shape, newer: Shape, spot: Spot): void {
    const add = this.#findings.adder(spot);
    const { pairs, gone, added } = pairUp(older.alternatives, newer.alternatives, alternativeRules(this.#isShared));
    const isShared = ([one, other]: [Alternative, Alternative]): boolean =>
      this.#isShared(one.reference, other.reference);
    const [own, shared] = [pairs.filter((pair) => !isShared(pair)), pairs.filter(isShared)];
    // A component that can be null is reported there, not at each reference.
    const isNullable = (shape: Shape, alternatives: Alternative[]): boolean =>
      shape.nullable || [...alternatives, ...shared.flat()].some(({ nullable }) => nullable);
    const before = isNullable(older, [...own.map(([one]) => one), ...gone]);
    const after = isNullable(newer, [...own.map(([, other]) => other), ...added]);
    const isTyped = [...older.alternatives, ...newer.alternatives].every(({ type }) => type !== 'any');
    if (before !== after && isTyped) add('nullable', before || undefined, after || undefined);
    const [known, next] = [gone.map(nameOf).sort(), added.map(nameOf).sort()];
    // Where the parts of an `allOf` exclude each other.
    if (newer.alternatives.length === 0 && !newer.nullable && known.length > 0) next.push('no value at all');
    const content = [gone, added].map((alternatives) => plain(alternatives.map(contentOf)));
    if (known.includes('any')) add('stated type', undefined, next, content);
    else if (next.includes('any')) add('stated type', known, undefined, content);
    else if (known.length + next.length > 0) add('type', known[0] && known, next[0] && next, content);
    for (const [{ reference = '' }] of shared)
      this.#findings.declareReference(spot.from, placeOfTarget(reference, spot.place));
    const objects = ({ alternatives }: Shape): Alternative[] => alternatives.filter(({ type }) => type === 'object');
    const isAmbiguous = [older, newer].some((shape) => objects(shape).length > 1);
    for (const [one, other] of own) {
      this.#alternatives(one, other, isAmbiguous ? { ...spot, place: field(spot.place, `<${nameOf(one)}>`) } : spot);
    }
  }

  #alternatives(older: Alternative, newer: Alternative, spot: Spot): void {
    const add = this.#findings.adder(spot);
    if (older.type !== newer.type) add(newer.type === 'integer' ? 'whole number' : 'fraction', older.type, newer.type);
    compareRest(older.annotations, newer.annotations, add);
    for (const key of changedKeys(older.constraints, newer.constraints)) {
      const [before, after] = [older, newer].map(({ constraints }) => constraints[key]);
      const limit = (value: unknown): unknown => (value === undefined ? value : plain({ [key]: value }));
      if (key === 'enum') compareValues('value', before, after, add);
      else if (key === 'format') add(key, before, after);
      else add('limit', limit(before), limit(after));
    }
    this.#members(older, newer, spot);
  }

  #members(older: Alternative, newer: Alternative, { place, from }: Spot): void {
    const renames = renamesIn(fieldsOf(older), fieldsOf(newer));
    const added = new Set(renames.values());
    for (const name of new Set([...older.members.keys(), ...newer.members.keys()])) {
      const here = { place: field(place, name), from };
      const any = { schema: {}, place: here.place };
      const [one, other] = [older.members.get(name), newer.members.get(name)];
      const written = (one ?? other ?? any).place;
      // Where a definition is merged in both documents, what is missing is missing there.
      const isMerged = older.sources.has(keyOf(written)) && newer.sources.has(keyOf(written));
      const add = this.#findings.adder(isMerged ? { place: written, from } : here);
      const isRequired = newer.required.has(name);
      if (isUnnamed(name)) this.compare(one ?? any, other ?? any, here);
      else if (one && other) this.#field(name, [one, other], [older, newer], here);
      else if (one) add('field', name, renames.get(name));
      else if (!added.has(name)) add(isRequired ? 'required field' : 'field', undefined, plain(other?.schema));
    }
  }

  #field(name: string, [one, other]: [Node, Node], owners: [Alternative, Alternative], { place, from }: Spot): void {
    const spot = { place: samePlace(one.place, other.place) ?? place, from };
    const [before, after] = owners.map(({ required }) => required.has(name) || undefined);
    if (before !== after) this.#findings.adder(spot)('required', before, after);
    this.compare(one, other, spot, after !== true);
  }
}

const isUnnamed = (step: string): boolean => step === '*' || /^\[\d*\]$/.test(step);

/** The schema of each field, by name. */
const fieldsOf = ({ members }: Alternative): Json =>
  Object.fromEntries([...members].map(([name, { schema }]) => [name, schema]));
