/** One step from the document to a definition: `['operation', 'GET /calls']`, `['response', '200']`. */
export type Segment = readonly [kind: string, name: string];

/** Where a definition is written. The order and the layout of the file do not change it. */
export interface Place {
  /** From the outside in: an operation or a component, and the parts of it. */
  owner: readonly Segment[];
  /** The way into a schema: field names, `[]` for the items of a list, `*` for fields without a name of their own. */
  fields: readonly string[];
}

/** `sent` by users of the API in requests, or `received` by them in responses. */
export type Direction = 'sent' | 'received';

/** A place in an operation that leads to a definition. */
export interface Use {
  direction: Direction;
  owner: readonly Segment[];
}

/** A difference between two documents, before it is judged. */
export interface Finding {
  place: Place;
  /** A key of the table in `judge.ts`. */
  kind: string;
  before: unknown;
  after: unknown;
  /** Empty where no operation leads there in both documents. */
  uses: Use[];
}

export const within = (place: Place, ...segments: Segment[]): Place => ({
  owner: [...place.owner, ...segments],
  fields: [],
});

export const field = ({ owner, fields }: Place, name: string): Place => ({ owner, fields: [...fields, name] });

export const keyOf = (owner: readonly Segment[]): string => JSON.stringify(owner);

export const isSamePlace = (a: Place, b: Place): boolean =>
  keyOf(a.owner) === keyOf(b.owner) && JSON.stringify(a.fields) === JSON.stringify(b.fields);

/** Collects the differences of two documents: each once, however often its definition is reached. */
export interface Findings {
  add: (finding: Omit<Finding, 'uses'>, reachedFrom: Place) => void;
  /** Declares a place in an operation, and what direction its data takes. */
  declareUse: (place: Place, direction: Direction) => void;
  /** Declares that both documents refer from one place to the same component. */
  declareReference: (from: Place, component: Place) => void;
  /** The differences, each with the uses that it affects. */
  all: () => Finding[];
}

export function createFindings(): Findings {
  const found = new Map<string, { finding: Omit<Finding, 'uses'>; reachedFrom: Set<string> }>();
  const uses = new Map<string, Use>();
  const references = new Map<string, Set<string>>();
  return {
    add: (finding, reachedFrom) => {
      const key = JSON.stringify([finding.place, finding.kind, finding.before ?? null, finding.after ?? null]);
      const entry = found.get(key) ?? { finding, reachedFrom: new Set() };
      entry.reachedFrom.add(keyOf(reachedFrom.owner));
      found.set(key, entry);
    },
    declareUse: ({ owner }, direction) => {
      uses.set(keyOf(owner), { direction, owner });
    },
    declareReference: (from, component) => {
      const target = keyOf(component.owner);
      const sources = references.get(target) ?? new Set();
      references.set(target, sources.add(keyOf(from.owner)));
    },
    all: () => {
      const usesOf = createUseSearch(uses, references);
      return [...found.values()].map(({ finding, reachedFrom }) => ({ ...finding, uses: usesOf(reachedFrom) }));
    },
  };
}

/** Follows references backwards to the operations. */
function createUseSearch(uses: ReadonlyMap<string, Use>, references: ReadonlyMap<string, ReadonlySet<string>>) {
  return (starts: ReadonlySet<string>): Use[] => {
    const seen = new Set(starts);
    for (const key of seen) for (const source of references.get(key) ?? []) seen.add(source);
    return [...seen].flatMap((key) => uses.get(key) ?? []);
  };
}
