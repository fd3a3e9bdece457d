/** An export of its own process, with small segments, that continues what an earlier one has left. */
import process from 'node:process';
import { createReportsClient } from '../../../src/client.ts';
import { createCsvFormat, openFileOutput, writeCalls } from '../../../src/tools/export/index.ts';
import { exampleJob } from './example-job.ts';

export interface KillableExport {
  readonly accountId: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly credentials: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly username: string;
    readonly password: string;
  };
  readonly from: string;
  readonly to: string;
  readonly out: string;
}

const given = JSON.parse(process.argv[2] ?? '') as KillableExport;
const { accountId, baseUrl, tokenUrl, credentials, out } = given;
const range = { from: new Date(given.from), to: new Date(given.to) };
const client = createReportsClient({ accountId, baseUrl, tokenUrl, auth: credentials, pageSize: 100 });
const output = await openFileOutput(out, {
  job: exampleJob,
  range,
  format: createCsvFormat(),
  now: new Date(),
  resume: true,
  segmentCalls: 300,
});
const result = await writeCalls(({ from, to }) => client.callLogs.list({ from, to }).pages(), output);
if (result.ended === 'early') throw result.error;
