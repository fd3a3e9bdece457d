export {
  type BufferedResponse,
  type FetchInit,
  type FetchLike,
  type FetchResponse,
  type HeadersLike,
  systemCodeOf,
  throwIfAborted,
} from './attempt.ts';
export { type Fields, isFields } from './body-parser.ts';
export { type Clock, systemClock, wait } from './clock.ts';
export { isHtml } from './fault.ts';
export { type Operation, startOperation } from './operation.ts';
export type { Authoriser, Send, Sent } from './send.ts';
