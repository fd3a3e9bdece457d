/** A way in which an answer differs from the document. Holds names and types, never a value of a call. */
export interface Difference {
  /**
   * A field that the document lacks; a required field that the answer lacks; another type; null where the document has
   * none; a text in another format; a value that is in no list.
   */
  readonly kind: 'undeclared' | 'missing' | 'type' | 'null' | 'format' | 'value';
  /** Where, from the top of the answer: `_embedded.call_logs[].result`. */
  readonly field: string;
  /** What the document says: types, `integer` among them, with bars between; absent for an undeclared field. */
  readonly expected?: string;
  /** The type that came; of an unknown value the value itself, if it is a word. Absent for a missing field. */
  readonly found?: string;
}
