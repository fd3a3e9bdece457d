import { createDuckDBPlace } from './duckdb-place.ts';
import { describeSqlStore } from './sql-contract.ts';
import { describeStore } from './store-contract.ts';

describeStore('DuckDB', createDuckDBPlace);
describeSqlStore('DuckDB', createDuckDBPlace);
