export * from './kinds.ts';
export { type OptionName, type OptionSlot, type Phrase, render } from './phrase.ts';
export { type ProblemId, remedies } from './problems.ts';
export { excerpt } from './redact.ts';
export {
  ReportsError,
  type ErrorParts,
  type ReportsErrorCode,
  type ReportsErrorContext,
  type ReportsErrorDetails,
  type Resume,
  type ResumeWindow,
  type RetryRefusal,
  type TimeWindow,
} from './reports-error.ts';
