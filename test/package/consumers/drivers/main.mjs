// A program whose databases have their drivers.
import * as client from 'vbc-reports';
import * as report from 'vbc-reports/report';
import * as sandbox from 'vbc-reports/sandbox';
import * as sync from 'vbc-reports/sync';
import { keepMonth } from './keep-month.cjs';

await keepMonth({ ...client, ...report, ...sandbox, ...sync }, 'calls-esm.duckdb');
