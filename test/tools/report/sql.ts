import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallLog, TimeWindow } from '../../../src/index.ts';

/** Rows in DuckDB, which shares no line with the code under test. */
export interface Database {
  /** The single value of a query, as JSON has it. */
  value(sql: string): Promise<unknown>;
  close(): void;
}

const text = ['id', 'start', 'end', 'direction', 'result', 'from', 'to', 'source_user', 'source_user_full_name'].concat(
  ['source_extension', 'destination_user', 'destination_user_full_name', 'destination_extension'],
);
const columns = [...text.map((name) => `"${name}": 'VARCHAR'`), "length: 'BIGINT'", "international: 'BOOLEAN'"];

/** Rows of the range, with their local start; `folded`, by the rule in words of inbound-calls.ts; and `levels`. */
const views = `
create table counted as
  select *, "start"::timestamp as started, "end"::timestamp as ended
  from log where "start"::timestamp >= getvariable('from') and "start"::timestamp < getvariable('to');
create macro local(utc) as timezone(getvariable('zone'), utc at time zone 'UTC');
create view marked as
  select *, coalesce(started - lag(started) over (partition by "from" order by started, id) > interval 10 seconds, true) as opens
  from counted where direction = 'Inbound' and regexp_matches("from", '[0-9]');
create view grouped as
  select * exclude opens, sum(opens::int) over (partition by "from" order by started, id) as call from marked;
create view ranked as
  select *, row_number() over (
      partition by "from", call
      order by case result when 'Answered' then 1 when 'Voicemail' then 2 when 'Missed' then 4 else 3 end, length desc, started, id
    ) as place, min(started) over (partition by "from", call) as first
  from grouped;
create table folded as
  select * exclude (started, first, place, call), first as started from ranked where place = 1
  union all by name
  select * from counted where direction <> 'Inbound' or "from" is null or not regexp_matches("from", '[0-9]');
alter table folded add column day date;
alter table folded add column hour bigint;
alter table folded add column weekday bigint;
update folded set day = local(started)::date, hour = hour(local(started)), weekday = isodow(local(started));
create view changes as
  select started as second, 1 as change from folded
  union all
  select least(greatest(ended, started + interval 1 second), started + interval 7 days), -1 from folded
  union all
  select unnest(generate_series(time_bucket(interval 15 minutes, getvariable('from')), getvariable('to'), interval 15 minutes)), 0;
create table levels as
  select second, level from (
    select second, sum(sum(change)) over (order by second) as level from changes group by second
  ) where second >= getvariable('from') and second < getvariable('to');`;

/** Opens a database in memory with the rows. Times of the range are whole seconds. */
export async function openDatabase(calls: readonly CallLog[], range: TimeWindow, zone: string): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  try {
    const file = join(folder, 'calls.ndjson');
    await writeFile(file, calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
    const [from, to] = [range.from, range.to].map((date) => date.toISOString().slice(0, 19).replace('T', ' '));
    await connection.run(`
      set variable zone = '${zone}'; set variable "from" = timestamp '${from ?? ''}'; set variable "to" = timestamp '${to ?? ''}';
      create table log as from read_json('${file}', format = 'newline_delimited', columns = {${columns.join(', ')}});`);
    await connection.run(views);
  } finally {
    await rm(folder, { recursive: true });
  }
  return {
    async value(sql) {
      const reader = await connection.runAndReadAll(`select to_json(value)::varchar from (${sql}) as query(value)`);
      const [[value = null] = []] = reader.getRows();
      return typeof value === 'string' ? (JSON.parse(value) as unknown) : null;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
