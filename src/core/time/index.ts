export { callEnd, callStart, formatApiTime, parseApiTime, tryParseApiTime } from './api-time.ts';
export { createLocalTimeFormatter, createOffsets, formatForPeople, instantText } from './format-local.ts';
export { type Instant, resolveInstant } from './instant.ts';
export { type RangeOptions, type ResolvedRange, resolveRange } from './range.ts';
export { createZone, startOfDay, type Zone } from './zone.ts';
export { type PhraseProblem, writeInstead } from './phrase-problems.ts';
export {
  parseRange,
  type PhraseInstant,
  type PhraseKind,
  type PhraseOptions,
  type PhraseRange,
  readInstant,
  readRange,
} from './range-phrases.ts';
