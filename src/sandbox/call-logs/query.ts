import { queryParameters } from '../../../generated/query-parameters.ts';
import type { ApiTime } from '../calls/api-time.ts';
import type { CallPattern } from '../calls/patterns.ts';
import type { SandboxSwitches } from '../switches.ts';

/** A span of time, as two tests, so that its bounds can be of any kind. Times are seconds since 1970. */
export interface Span {
  /** Whether a time is within the lower bound. */
  readonly reaches: (time: number) => boolean;
  /** Whether a time is beyond the upper bound. */
  readonly passes: (time: number) => boolean;
}

/** A valid query. */
export interface CallLogsQuery {
  readonly start: Span;
  readonly end: Span | undefined;
  /** The value that each filter asks for. */
  readonly filters: ReadonlyMap<FilterName, string>;
  /** From 1. */
  readonly page: number;
  /** The requested page size, before any cap. */
  readonly pageSize: number;
  readonly order: 'asc' | 'desc';
}

/** A parameter that is refused. */
export interface InvalidParameter {
  readonly name: string;
  readonly reason: string;
}

type Given = Readonly<Record<string, string>>;

/** The rule of a documented parameter, with the parts that the sandbox checks. */
interface ParameterRule {
  readonly required: boolean;
  readonly type: string;
  readonly minimum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
}

const rules: readonly (readonly [string, ParameterRule])[] = Object.entries(queryParameters);
const ORDER = /^(?:start:)?(asc|desc)$/i;

/** The values that the filters compare with. */
const filterValues = {
  from: ({ source }) => source.number,
  to: ({ destination }) => destination.number,
  source_user: ({ source }) => source.user,
  destination_user: ({ destination }) => destination.user,
  direction: ({ direction }) => direction,
} as const satisfies Record<string, (pattern: CallPattern) => string | null>;

type FilterName = keyof typeof filterValues;

/** Returns a test: whether a pattern has every value that the filters ask for. */
export function filterTest(filters: CallLogsQuery['filters']): (pattern: CallPattern) => boolean {
  const wanted = [...filters];
  return (pattern) => wanted.every(([name, value]) => filterValues[name](pattern) === value);
}

/** Reads a query by the document's rules, or returns the reason for each invalid parameter (facts 13, 16 and 18). */
export function readQuery(
  parameters: Given,
  time: ApiTime,
  switches: SandboxSwitches,
): CallLogsQuery | readonly InvalidParameter[] {
  const { ignoredParameters } = switches;
  const given = Object.fromEntries(Object.entries(parameters).filter(([name]) => !ignoredParameters.includes(name)));
  const invalid = rules.flatMap(([name, rule]) => {
    const reason = ignoredParameters.includes(name) ? undefined : problem(name, rule, given[name], time, switches);
    return reason === undefined ? [] : [{ name, reason }];
  });
  if (invalid.length > 0) return invalid;
  const hasEnd = given['end:gte'] !== undefined || given['end:lte'] !== undefined;
  const names = Object.keys(filterValues) as FilterName[];
  return {
    start: readSpan(given['start:gte'], given['start:lte'], time, switches),
    end: hasEnd ? readSpan(given['end:gte'], given['end:lte'], time, switches) : undefined,
    filters: new Map(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))),
    page: Number(given.page ?? queryParameters.page.default),
    pageSize: Number(given.page_size ?? queryParameters.page_size.default),
    order: readOrder(given.order, switches),
  };
}

function problem(
  name: string,
  rule: ParameterRule,
  value: string | undefined,
  time: ApiTime,
  { order }: SandboxSwitches,
): string | undefined {
  if (value === undefined) return rule.required ? 'is required' : undefined;
  if (name === 'order') {
    if (order === 'refused') return 'is not a known parameter';
    return order === 'honoured' && !ORDER.test(value) ? 'must be asc or desc' : undefined;
  }
  if (rule.type === 'integer' && !isWholeNumber(value, rule.minimum ?? 0)) {
    return `must be a whole number of at least ${rule.minimum ?? 0}`;
  }
  if (rule.enum !== undefined && !rule.enum.includes(value)) return `must be one of ${rule.enum.join(', ')}`;
  const isTime = rule.pattern !== undefined;
  return isTime && time.parse(value) === undefined ? 'must be a time like 2026-01-31 23:59:59' : undefined;
}

function isWholeNumber(value: string, least: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= least && Number.isSafeInteger(Number(value));
}

function readOrder(value: string | undefined, { order, defaultOrder }: SandboxSwitches): 'asc' | 'desc' {
  const asked = order === 'honoured' ? ORDER.exec(value ?? '')?.[1]?.toLowerCase() : undefined;
  return asked === 'asc' || asked === 'desc' ? asked : defaultOrder;
}

function readSpan(
  gte: string | undefined,
  lte: string | undefined,
  time: ApiTime,
  { lowerBound, upperBound, boundRounding }: SandboxSwitches,
): Span {
  const unit = boundRounding === 'minute' ? 60 : 1;
  const seconds = (bound: string): number => Math.floor((time.parse(bound) ?? 0) / unit) * unit;
  const from = gte === undefined ? -Infinity : seconds(gte);
  const to = lte === undefined ? Infinity : seconds(lte);
  return {
    reaches: lowerBound === 'inclusive' ? (at) => at >= from : (at) => at > from,
    passes: upperBound === 'inclusive' ? (at) => at > to : (at) => at >= to,
  };
}
