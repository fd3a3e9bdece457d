/** The fields with `undefined` left out of their types. */
export type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/**
 * A copy without the fields that are undefined: an option given as undefined counts as left out, and errors and events
 * only have the fields that are known.
 */
export function present<T extends object>(fields: T): Partial<Present<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Present<T>>;
}
