import { runAll } from './run-all.ts';
import { naiveTable } from './table.ts';

process.stdout.write(naiveTable(await runAll()));
