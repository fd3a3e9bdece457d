const hourMs = 3_600_000;

/** The longest call that is reckoned with. An assumption: the API names no bound. */
const longestCallMs = 24 * hourMs;

/** How long after its end a call is listed at the latest; 13 minutes is the worst seen (fact 19). */
const latencyMs = hourMs;

/** Calls that started before this are all listed by now: a call is listed after its end, and found by its start. */
export function settledUntil(now: number): Date {
  return new Date(now - longestCallMs - latencyMs);
}
