import { foldingRule } from '../../inbound-calls.ts';
import { identifier, literal, type SqlConnection } from './connection.ts';

/**
 * Creates the views for people, or replaces them after columns were added. New columns come last, because PostgreSQL
 * only lets a view be replaced if the columns that it had stay in place.
 */
export async function createViews(connection: SqlConnection, fields: readonly string[]): Promise<void> {
  for (const [name, { query, comment }] of Object.entries(viewsOf(fields))) {
    await connection.run(`create or replace view ${name} as ${query}`);
    await connection.run(`comment on view ${name} is ${literal(comment)}`);
  }
}

function viewsOf(fields: readonly string[]): Readonly<Record<string, { query: string; comment: string }>> {
  return {
    calls_local: {
      query: callsLocal(fields),
      comment: 'All columns of calls, with local times in the zone of the account, and names that need no quotes',
    },
    inbound_calls: {
      query: inboundCalls(fields),
      comment:
        'An estimate: rows of one caller that start within ' +
        `${foldingRule.largestGapSeconds} seconds of each other are one call; "rings" is their number`,
    },
  };
}

function callsLocal(fields: readonly string[]): string {
  const column = (name: string): string => `c.${identifier(name)}`;
  return `select c.account_id, a.time_zone,
      c."start" at time zone coalesce(a.time_zone, 'UTC') as started,
      c."end" at time zone coalesce(a.time_zone, 'UTC') as ended,
      c."from" as from_number, c."to" as to_number, c.copy, c.extra, c.synced_at, c.unlisted_since,
      ${fields.map(column).join(', ')}
    from calls c left join sync_accounts a on a.id = c.account_id`;
}

/** A caller has a number. `translate` is the same in both databases, and a regular expression is not. */
const hasDigit = `translate(from_number, '0123456789', '') <> from_number`;

/**
 * The rule of inbound-calls.ts, row for row: calls of a caller begin where the gap to the row before is longer than the
 * rule's. `greatest` passes over null, so a row without a length is as short as can be.
 */
function inboundCalls(fields: readonly string[]): string {
  const folded = fields.filter((name) => name !== 'start' && name !== 'direction').map(identifier);
  const caller = 'partition by account_id, from_number';
  return `with inbound as (
      select *, case
          when ${hasDigit} and "start" - lag("start") over (${caller} order by "start", id, copy)
            <= interval '${foldingRule.largestGapSeconds} seconds' then 0
          else 1
        end as begins
      from calls_local where direction = 'Inbound' and unlisted_since is null
    ), numbered as (
      select *, sum(begins) over (${caller} order by "start", id, copy rows unbounded preceding) as place from inbound
    ), ranked as (
      select *,
        count(*) over (${caller}, place) as rings,
        min("start") over (${caller}, place) as first_start,
        min(started) over (${caller}, place) as first_started,
        row_number() over (${caller}, place order by ${strength}, greatest(length, 0) desc, "start", id, copy) as rank_in_call
      from numbered
    )
    select account_id, rings, rings > 1 as is_estimate, first_started as started, ended, from_number, to_number,
      first_start as "start", ${folded.join(', ')}
    from ranked where rank_in_call = 1`;
}

/** The rank of a result. Results that the rule does not name rank between its strongest and its weakest. */
const strength = `case result ${[
  ...foldingRule.strongestResults.map((result, place) => `when ${literal(result)} then ${place}`),
  ...foldingRule.weakestResults.map((result, place) => `when ${literal(result)} then ${100 + place}`),
].join(' ')} else 50 end`;
