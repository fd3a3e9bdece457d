/**
 * A call group that rings several phones writes a row for each of them, without a parent: one `Answered` and the others
 * `Missed`, each with an id of its own, their starts seconds apart (fact 26). Counted as they are, every answered call
 * of a group looks like a handful of missed ones.
 *
 * The rule that folds them, an estimate: inbound rows of one account with the same caller (`from`) are one call as long
 * as each starts at most `largestGapSeconds` after the one before it. The call starts with its first row; its result is
 * the one that ranks first below; its length, end and destination are those of the longest row with that result.
 * Rows without a caller are never folded.
 */
export const foldingRule = {
  /** The longest time between the starts of two rows of one call, in seconds. */
  largestGapSeconds: 10,
  /** Results from strongest to weakest; a result that is not listed ranks between `Voicemail` and `Missed`. */
  strongestResults: ['Answered', 'Voicemail'],
  /** Results that lose to every other one. */
  weakestResults: ['Missed'],
} as const;
