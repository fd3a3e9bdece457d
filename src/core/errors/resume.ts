/**
 * Where a reading that ended early can go on: plain data, to be kept as JSON and given to `list` with the same options.
 * Holds no filter's value, only a hash to tell that they are the same.
 */
export interface Resume {
  readonly version: 1;
  readonly filters: string;
  readonly order: 'asc' | 'desc';
  /** The spans of call starts whose calls have not been handed out, as ISO instants; `from` inclusive, `to` exclusive. */
  readonly windows: readonly { readonly from: string; readonly to: string }[];
}
