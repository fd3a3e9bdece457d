import { queryParameters } from '../../../generated/query-parameters.ts';
import type { StartRange } from '../call-store.ts';
import type { CallFilters } from '../listing/matches-filters.ts';
import type { SandboxSwitches } from '../switches.ts';
import type { ApiTime } from '../wire-time/api-time.ts';

/** A query that was understood. */
export interface CallLogsQuery {
  readonly range: StartRange;
  readonly filters: CallFilters;
  /** From 1. */
  readonly page: number;
  /** As asked for, before any cap. */
  readonly pageSize: number;
  readonly order: 'asc' | 'desc';
}

export interface InvalidParameter {
  readonly name: string;
  readonly reason: string;
}

/** What a documented parameter must be, as far as the sandbox checks it. */
interface ParameterRule {
  readonly required: boolean;
  readonly type: string;
  readonly minimum?: number;
  readonly enum?: readonly string[];
  readonly default?: number;
  readonly pattern?: string;
}

const rules: readonly (readonly [string, ParameterRule])[] = Object.entries(queryParameters);
const ORDER = /^(?:start:)?(asc|desc)$/i;

/** The documented parameters that a request gives, the first of each name. */
export function documentedParameters(parameters: URLSearchParams): Record<string, string> {
  const given = rules.flatMap(([name]) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** Reads a query by the document's rules, or says what is wrong with each parameter (facts 13, 16 and 18). */
export function readQuery(
  given: Readonly<Record<string, string>>,
  time: ApiTime,
  switches: SandboxSwitches,
): CallLogsQuery | readonly InvalidParameter[] {
  const invalid = rules.flatMap(([name, rule]) => {
    const reason = problem(name, rule, given[name], time, switches);
    return reason === undefined ? [] : [{ name, reason }];
  });
  if (invalid.length > 0) return invalid;
  return {
    range: { from: time.parse(given['start:gte'] ?? '') ?? 0, to: time.parse(given['start:lte'] ?? '') ?? 0 },
    filters: readFilters(given, time),
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
  switches: SandboxSwitches,
): string | undefined {
  if (value === undefined) return rule.required ? 'is required' : undefined;
  if (name === 'order') return orderProblem(value, switches);
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

function orderProblem(value: string, { order }: SandboxSwitches): string | undefined {
  if (order === 'refused') return 'is not a known parameter';
  return order === 'honoured' && !ORDER.test(value) ? 'must be asc or desc' : undefined;
}

function readOrder(value: string | undefined, switches: SandboxSwitches): 'asc' | 'desc' {
  const asked = switches.order === 'honoured' ? ORDER.exec(value ?? '')?.[1]?.toLowerCase() : undefined;
  return asked === 'asc' || asked === 'desc' ? asked : switches.defaultOrder;
}

function readFilters(given: Readonly<Record<string, string>>, time: ApiTime): CallFilters {
  const end = { endFrom: time.parse(given['end:gte'] ?? ''), endTo: time.parse(given['end:lte'] ?? '') };
  const parties = { from: given.from, to: given.to, direction: given.direction };
  const users = { sourceUser: given.source_user, destinationUser: given.destination_user };
  const filters = Object.entries({ ...end, ...parties, ...users }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(filters);
}
