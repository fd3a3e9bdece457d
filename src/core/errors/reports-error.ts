import { present } from '../present.ts';
import { type OptionName, type Phrase, render } from './phrase.ts';
import { type ProblemId, remedies } from './problems.ts';

/** The kind of failure, one code for each class of error. Match on this, never on a message. */
export type ReportsErrorCode =
  | 'aborted'
  | 'account-locked'
  | 'authentication-refused'
  | 'configuration'
  | 'incomplete'
  | 'invalid-parameters'
  | 'malformed-response'
  | 'network'
  | 'not-found'
  | 'not-subscribed'
  | 'rate-limited'
  | 'retry-budget-exhausted'
  | 'server'
  | 'timeout'
  | 'unexpected-response';

/**
 * The reason why a failed attempt was not retried: a retry cannot help, the attempts are used up, the deadline would
 * pass while waiting, the server asks for a longer wait than `maxRetryAfterMs`, the client's retry budget is empty, or
 * a new token would not help.
 */
export type RetryRefusal =
  'not-retryable' | 'attempts-exhausted' | 'deadline' | 'wait-too-long' | 'budget-exhausted' | 'token-refused';

/** A span of call starts: `from` inclusive, `to` exclusive. */
export interface TimeWindow {
  /** The first instant of the span. */
  readonly from: Date;
  /** The first instant after the span. */
  readonly to: Date;
}

/**
 * The value with which a reading that ended early can continue: plain data that survives JSON. Pass it to `list` with
 * the same options. It holds no value of a filter.
 */
export interface Resume {
  /** The version of this format. */
  readonly version: 2;
  /** Identifies the filters without holding their values. */
  readonly filters: string;
  /** The order in which calls are handed out, by start. */
  readonly order: 'asc' | 'desc';
  /** The spans of call starts that are left to read, as ISO instants; `from` inclusive, `to` exclusive. */
  readonly windows: readonly ResumeWindow[];
}

/** A span of call starts that is left to read. */
export interface ResumeWindow {
  /** The first instant of the span. */
  readonly from: string;
  /** The first instant after the span. */
  readonly to: string;
  /** Fingerprints of the ids of this window's calls that were handed out already, encoded; holds no phone number. */
  readonly known?: string;
}

/** The context of a failure. Nothing here holds a secret, a query or a phone number. */
export interface ReportsErrorContext {
  /** The remedy, in whole sentences. Default: that of `problem`. */
  readonly hint?: Phrase | undefined;
  /** The most likely cause, by its id in the catalogue of problems. */
  readonly problem?: ProblemId | undefined;
  /** The option of the client or of `list` that the error is about. */
  readonly option?: OptionName | undefined;
  /** Method and path of the request, without its query. */
  readonly request?: string | undefined;
  /** HTTP status, if there was a response. */
  readonly status?: number | undefined;
  /** The gateway's fault code, if the response held one (fact 29). */
  readonly faultCode?: string | undefined;
  /** The server's id of the request, if it sent one. */
  readonly requestId?: string | undefined;
  /** The number of attempts made. */
  readonly attempts?: number | undefined;
  /** The page that was requested, counted from 1. */
  readonly page?: number | undefined;
  /** The span of call starts that was requested. */
  readonly window?: TimeWindow | undefined;
  /** The wait that the server asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The reason why the last failed attempt was not retried. */
  readonly retryRefusal?: RetryRefusal | undefined;
  /** The value that continues the reading that this error ended. */
  readonly resume?: Resume | undefined;
}

/** The context of a new error, and the error that caused it. */
export interface ReportsErrorDetails extends ReportsErrorContext {
  /** The error that led to this one. Default: none. */
  readonly cause?: unknown;
}

/** The summary and the hint of an error, with the options that they name as data; `render` turns them into text. */
export interface ErrorParts {
  /** The failure in one clause, without a full stop. */
  readonly summary: Phrase;
  /** The remedy, in whole sentences. */
  readonly hint?: Phrase;
}

/** Marks the errors of every copy of this package: an ESM and a CommonJS copy may be loaded side by side. */
const brand = Symbol.for('vbc-reports.error');

/**
 * The base class of every error that this package throws to its callers. `instanceof` also recognises the errors of
 * another copy of the package.
 */
export abstract class ReportsError extends Error implements ReportsErrorContext {
  /** The code that a class's errors have; undefined for the base. */
  static readonly code: ReportsErrorCode | undefined = undefined;

  /** The name of the class, also after a minifier has renamed it. */
  abstract override readonly name: string;
  /** The kind of failure. */
  abstract readonly code: ReportsErrorCode;
  /** The failure in one clause, without a full stop. */
  declare readonly summary: string;
  /** The parts of the message. Not enumerable, because `summary` and `hint` say the same. */
  declare readonly parts: ErrorParts;
  /** The remedy, in whole sentences. */
  declare readonly hint?: string;
  declare readonly problem?: ProblemId;
  declare readonly option?: OptionName;
  declare readonly request?: string;
  declare readonly status?: number;
  declare readonly faultCode?: string;
  declare readonly requestId?: string;
  declare readonly attempts?: number;
  declare readonly page?: number;
  declare readonly window?: TimeWindow;
  declare readonly retryAfterMs?: number;
  declare readonly retryRefusal?: RetryRefusal;
  declare readonly resume?: Resume;

  constructor(summary: Phrase, { cause, ...context }: ReportsErrorDetails = {}) {
    const parts = partsOf(summary, context);
    super(messageOf(parts, context.request), cause === undefined ? undefined : { cause });
    Object.defineProperties(this, { [brand]: { value: true }, parts: { value: parts, configurable: true } });
    Object.assign(this, fieldsOf(parts, context));
  }

  /** Tells whether a value is an error of this class, made by this copy of the package or by another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that a user derives from one of these has no code of its own.
    if (!Object.hasOwn(this, 'code')) return Function.prototype[Symbol.hasInstance].call(this, value);
    const error = Object(value) as { [brand]?: unknown; code?: unknown };
    return error[brand] === true && (this.code === undefined || error.code === this.code);
  }
}

/** A new error of the same class with the same stack, and with more context. The given error stays as it is. */
export function withContext<E extends ReportsError>(error: E, context: ReportsErrorContext): E {
  const keptHint = context.problem === undefined ? error.parts.hint : undefined;
  const parts = partsOf(error.parts.summary, { ...context, hint: context.hint ?? keptHint });
  const message = messageOf(parts, context.request ?? error.request);
  const copy = Object.setPrototypeOf(new Error(message), Object.getPrototypeOf(error) as object) as E;
  Object.defineProperties(copy, {
    ...Object.getOwnPropertyDescriptors(error),
    message: { value: message, writable: true, configurable: true },
    // The stack begins with the message.
    stack: { value: error.stack?.replace(error.message, () => message), writable: true, configurable: true },
    parts: { value: parts, configurable: true },
  });
  Object.assign(copy, fieldsOf(parts, context));
  return copy;
}

function partsOf(summary: Phrase, { hint, problem }: ReportsErrorContext): ErrorParts {
  const remedy = hint ?? (problem && remedies[problem]);
  return { summary, ...(remedy === undefined ? {} : { hint: remedy }) };
}

/** The failure, where it happened, and the remedy. */
function messageOf({ summary, hint }: ErrorParts, request: string | undefined): string {
  const where = request === undefined ? '' : ` (${request})`;
  return `${render(summary)}${where}.${hint === undefined ? '' : ` ${render(hint)}`}`;
}

function fieldsOf({ summary, hint }: ErrorParts, context: ReportsErrorContext): object {
  return { ...present(context), summary: render(summary), ...(hint === undefined ? {} : { hint: render(hint) }) };
}
