/** One step from the document to a definition: `['operation', 'GET /calls']`, `['response', '200']`. */
export type Segment = readonly [kind: string, name: string];

/** The place of a definition. The order and the layout of the file do not change it. */
export interface Place {
  /** From the outside in: an operation or a component, and parts of it. */
  owner: readonly Segment[];
  /** The way into a schema: field names, `[]` for the items of a list, `*` for fields that are not listed. */
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
  /** A keyword, or a kind of definition such as `field`. `before` is undefined for what is new. */
  kind: string;
  before: unknown;
  after: unknown;
  /**
   * The definitions that the names in `before` and `after` refer to, if other definitions could have the same names.
   */
  content?: unknown;
  /** Empty where no operation leads there in both documents. */
  uses: Use[];
}

/** The place where two definitions are compared, and the operation or component from which they were reached. */
export interface Spot {
  place: Place;
  from: Place;
  /** The direction of the requests there: `received` where the provider calls. */
  sends?: Direction;
}

/** Records a difference at a place that the callee knows. */
export type Add = (kind: string, before?: unknown, after?: unknown, content?: unknown) => void;

export const placeOf = (...owner: Segment[]): Place => ({ owner, fields: [] });
export const within = ({ owner }: Place, ...segments: Segment[]): Place => placeOf(...owner, ...segments);
export const field = ({ owner, fields }: Place, name: string): Place => ({ owner, fields: [...fields, name] });
export const keyOf = ({ owner }: Place): string => JSON.stringify(owner);
/** The first of two places if they are the same. */
export const samePlace = (one: Place, other: Place): Place | undefined =>
  JSON.stringify(one) === JSON.stringify(other) ? one : undefined;

/** Collects the differences of two documents: each once, however often its definition is reached. */
export class Findings {
  readonly #found = new Map<string, { finding: Omit<Finding, 'uses'>; reachedFrom: Set<string> }>();
  readonly #uses = new Map<string, Use>();
  readonly #sources = new Map<string, Set<string>>();

  adder({ place, from }: Spot): Add {
    return (kind, before, after, content) => {
      const finding = { place, kind, before, after, content };
      const key = JSON.stringify(finding);
      const entry = this.#found.get(key) ?? { finding, reachedFrom: new Set() };
      entry.reachedFrom.add(keyOf(from));
      this.#found.set(key, entry);
    };
  }

  /** Declares a place in an operation, and the direction of its data. */
  declareUse(place: Place, direction: Direction): void {
    this.#uses.set(keyOf(place), { direction, owner: place.owner });
  }

  /** Declares that both documents refer from one place to the same component. */
  declareReference(from: Place, component: Place): void {
    const sources = this.#sources.get(keyOf(component)) ?? new Set();
    this.#sources.set(keyOf(component), sources.add(keyOf(from)));
  }

  /** The differences, each with the uses that lead there, however many references away. */
  all(): Finding[] {
    return [...this.#found.values()].map(({ finding, reachedFrom }) => {
      const seen = new Set(reachedFrom);
      for (const key of seen) for (const source of this.#sources.get(key) ?? []) seen.add(source);
      return { ...finding, uses: [...seen].flatMap((key) => this.#uses.get(key) ?? []) };
    });
  }
}
