import { naiveTable } from './table.ts';

process.stdout.write(await naiveTable());
