export { formatApiTime, parseApiTime, tryParseApiTime } from './api-time.ts';
export { callEnd, callStart } from './call-times.ts';
export { createLocalTimeFormatter, formatForPeople } from './format-local.ts';
export { type Instant, resolveInstant } from './instant.ts';
export { monthRange } from './month-range.ts';
export { type RangeOptions, type ResolvedRange, resolveRange } from './range.ts';
export { parseRange, type PhraseKind, type PhraseOptions, type PhraseRange } from './range-phrases.ts';
